package io.ruche.embedservice.ingest;

import io.ruche.http.Failure;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where files wait on this machine while they are taken in or read. Emptied at the start. */
public final class Spool implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final Duration UNTIL_ROOM = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final Path folder;

  /**
   * @param folder of its own
   */
  public Spool(Vertx vertx, Path folder) {
    this.vertx = vertx;
    this.folder = folder;
  }

  @Override
  public Future<Void> start() {
    return vertx.executeBlocking(
        () -> {
          Files.createDirectories(folder);
          for (Path left : files()) {
            Files.deleteIfExists(left);
          }
          return null;
        });
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Override
  public Future<Void> stop() {
    return Future.succeededFuture();
  }

  /** A place for a new file, which does not exist yet. */
  public Path place() {
    return folder.resolve(UUID.randomUUID() + ".file");
  }

  /** A fault of writing here as {@link Failure}, 503: it can be tried again. Others as they are. */
  static <T> Future<T> unwritten(Throwable fault) {
    if (!(fault instanceof FileSystemException || fault instanceof IOException)) {
      return Future.failedFuture(fault);
    }
    LOG.warn("a file cannot be written to the spool: {}", fault.getMessage());
    return Future.failedFuture(
        Failure.unavailable(
                "The file cannot be kept on this machine now; its disk may be full.", UNTIL_ROOM)
            .withCause(fault));
  }

  /** Deletes a file if it is there; does not fail. */
  public Future<Void> free(Path file) {
    return vertx
        .executeBlocking(() -> Files.deleteIfExists(file), false)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }
}
