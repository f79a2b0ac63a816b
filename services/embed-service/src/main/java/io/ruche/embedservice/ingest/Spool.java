package io.ruche.embedservice.ingest;

import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Where files wait on this machine while they are taken in or read. Emptied at the start. */
public final class Spool implements Lifecycle {

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

  /** Deletes a file if it is there; does not fail. */
  public Future<Void> free(Path file) {
    return vertx
        .executeBlocking(() -> Files.deleteIfExists(file), false)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }
}
