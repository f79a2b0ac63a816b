package io.ruche.standalone.bench.process;

import io.ruche.standalone.machine.DataFolder;
import io.ruche.standalone.machine.LeftOvers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A folder for the length of a benchmark, one benchmark at a time. */
public final class Scratch {

  private final DataFolder lock;
  private final Path folder;

  private Scratch(DataFolder lock, Path folder) {
    this.lock = lock;
    this.folder = folder;
  }

  /**
   * Takes the folder below {@code parent} and removes what a killed benchmark left there.
   *
   * @param say told of each process that still ran
   * @throws io.ruche.standalone.machine.StartFailure when another one runs there
   */
  public static Scratch in(Path parent, Consumer<String> say) throws IOException {
    DataFolder lock = DataFolder.open(parent);
    Path folder = lock.root().resolve("stores");
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> stages = Files.newDirectoryStream(folder, Files::isDirectory)) {
        for (Path stage : stages) {
          try (DataFolder left = DataFolder.open(stage)) {
            LeftOvers.stop(left, say);
          }
        }
      }
      deleteAll(folder);
    }
    return new Scratch(lock, Files.createDirectories(folder));
  }

  public Path folder() {
    return folder;
  }

  /** Deletes it with all that is in it. */
  public void delete() {
    try {
      deleteAll(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    } finally {
      lock.close();
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
