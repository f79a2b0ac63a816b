package io.ruche.aiproxy.form;

import io.ruche.http.Failure;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Where forms wait whose file comes before the name of the model. A file has no name any more as
 * soon as it is open, so that it is gone with the process whatever becomes of it; what a crash in
 * between left is deleted at the next start. Thread-safe.
 */
public final class Spool implements Lifecycle {

  /** Forms that wait at a time: each takes disk up to the limit of one. */
  private static final int MOST = 64;

  private static final Duration UNTIL_ONE_IS_GONE = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Path folder;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * A spool.
   *
   * @param folder of its own, made and emptied at the start
   */
  public Spool(Vertx vertx, Path folder) {
    this.vertx = vertx;
    this.folder = folder;
  }

  @Override
  public Future<Void> start() {
    return vertx.executeBlocking(
        () -> {
          empty();
          return null;
        });
  }

  private void empty() throws IOException {
    Files.createDirectories(folder);
    List<Path> left;
    try (Stream<Path> files = Files.list(folder)) {
      left = files.toList();
    }
    for (Path file : left) {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public Future<Void> stop() {
    return Future.succeededFuture();
  }

  /** Room for one form; fails with 503 when too many wait already, or when the disk refuses. */
  public Future<SpooledBody> open() {
    if (waiting.incrementAndGet() > MOST) {
      waiting.decrementAndGet();
      return Future.failedFuture(
          Failure.unavailable(
              MOST
                  + " forms whose file comes before the field model wait already; send model before"
                  + " the file, or try again.",
              UNTIL_ONE_IS_GONE));
    }
    String path = folder.resolve(UUID.randomUUID() + ".form").toString();
    FileSystem files = vertx.fileSystem();
    OpenOptions options = new OpenOptions().setRead(true).setWrite(true).setCreateNew(true);
    return files
        .open(path, options)
        .compose(file -> files.delete(path).map(v -> body(file)))
        .onFailure(failure -> waiting.decrementAndGet())
        .recover(
            failure ->
                Future.failedFuture(
                    Failure.unavailable(
                        "There is no room on disk for the form; send the field model before the"
                            + " file, which needs none.",
                        UNTIL_ONE_IS_GONE)));
  }

  private SpooledBody body(AsyncFile file) {
    return new SpooledBody(file, waiting::decrementAndGet);
  }
}
