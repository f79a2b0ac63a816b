package io.ruche.embedservice.engine.token;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Files of the class path, in a folder of this process alone. It is gone with {@link #close}, which
 * may come as soon as they are opened: nothing is left behind, even by a process that is killed.
 */
public final class NativeFiles implements AutoCloseable {

  private final Path folder;
  private final List<Path> files = new ArrayList<>();

  private NativeFiles(Path folder) {
    this.folder = folder;
  }

  /** An empty folder. */
  public static NativeFiles create() throws IOException {
    return new NativeFiles(Files.createTempDirectory("ruche-embed"));
  }

  /**
   * Copies a file of the class path.
   *
   * @throws IOException when there is none of this name, as for a platform without a library
   */
  public Path copy(ClassLoader loader, String resource) throws IOException {
    Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
    try (InputStream in = loader.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the class path has no file " + resource);
      }
      files.add(file);
      Files.copy(in, file);
    }
    return file;
  }

  /** Where the files are. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    Collections.reverse(files);
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }
}
