package io.ruche.standalone.machine;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Programs of this machine, found as a shell would find them. */
public final class OnPath {
  private OnPath() {}

  /** The first executable file of this name in the folders of PATH. */
  public static Optional<Path> find(String program) {
    String folders = System.getenv().getOrDefault("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    return Arrays.stream(folders.split(File.pathSeparator))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, program))
        .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
        .findFirst();
  }
}
