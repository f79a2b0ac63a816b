package io.ruche.testing;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Folders of what outlives a test, such as a process's data: a broker's can have more than a
 * gigabyte. They go with their owner, and at the latest with this JVM; {@code
 * -Druche.test.keep=true} keeps them for a look.
 */
public final class TestFolder {

  private static final boolean KEEP = Boolean.getBoolean("ruche.test.keep");
  private static final Set<Path> MADE = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> MADE.forEach(TestFolder::delete)));
  }

  private TestFolder() {}

  /** A new folder whose name begins so. */
  public static Path make(String name) throws IOException {
    Path folder = Files.createTempDirectory(name);
    MADE.add(folder);
    return folder;
  }

  /** Deletes it, as far as nobody writes to it meanwhile. */
  public static void delete(Path folder) {
    if (KEEP) {
      return;
    }
    try {
      Files.walkFileTree(folder, new Deletion());
      MADE.remove(folder);
    } catch (IOException written) {
      // A killed process's child may still write; the JVM's end tries again.
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
