package io.ruche.embedservice.index.lucene;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexCommit;

/**
 * Copies a commit while the index is written on. Files of Lucene never change once they are
 * committed, so that a hard link is a copy where the file system has them.
 */
final class CommitCopy {

  private CommitCopy() {}

  /**
   * Copies the last commit into a folder that is empty or not there yet.
   *
   * @return bytes of the copy
   */
  static long make(OpenIndex index, Path source, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new IllegalArgumentException("the folder of a snapshot is empty before");
      }
    }
    IndexCommit commit = index.commits().snapshot();
    try {
      long bytes = 0;
      // The list of segments last: without it the folder is no index.
      for (String file : commit.getFileNames()) {
        if (!file.equals(commit.getSegmentsFileName())) {
          bytes += copy(source.resolve(file), folder.resolve(file));
        }
      }
      String segments = commit.getSegmentsFileName();
      bytes += copy(source.resolve(segments), folder.resolve(segments));
      sync(folder);
      return bytes;
    } finally {
      index.commits().release(commit);
    }
  }

  private static long copy(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (IOException | UnsupportedOperationException another) {
      Files.copy(from, to);
      sync(to);
    }
    return Files.size(to);
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
