package io.ruche.aiproxy.ledger.journal;

import io.ruche.aiproxy.ledger.journal.file.Segment;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder of segments that this process holds, until it closes it or ends. */
final class Slot implements AutoCloseable {

  private final Path folder;
  private final FileChannel lock;
  private final Runnable onClose;

  /** What is closed with the slot: the lock goes with its channel. */
  Slot(Path folder, FileChannel lock, Runnable onClose) {
    this.folder = folder;
    this.lock = lock;
    this.onClose = onClose;
  }

  Path folder() {
    return folder;
  }

  /** The segments in it, oldest first. */
  List<Path> segments() throws IOException {
    return segments(folder);
  }

  static List<Path> segments(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(Segment.SUFFIX))
          .sorted()
          .toList();
    }
  }

  /** Deletes segments that a process was still making when it ended. */
  void deleteUnfinished() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files
              .filter(f -> f.getFileName().toString().endsWith(Segment.SUFFIX + ".new"))
              .toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      lock.close();
    } finally {
      onClose.run();
    }
  }
}
