package io.ruche.aiproxy.form;

import io.ruche.http.Failure;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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

  /** Of these, those of one tenant, so that the others have room whatever it does. */
  static final int MOST_OF_TENANT = MOST / 4;

  private static final Duration UNTIL_ONE_IS_GONE = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Path folder;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Map<String, Integer> tenants = new ConcurrentHashMap<>();

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

  /**
   * Room for one form of a tenant's; fails with 429 when it has its share already, and with 503
   * when too many wait in all or the disk refuses.
   */
  public Future<SpooledBody> open(String tenant) {
    if (tenants.merge(tenant, 1, Integer::sum) > MOST_OF_TENANT) {
      leave(tenant);
      return Future.failedFuture(
          Failure.tooManyRequests(
              MOST_OF_TENANT
                  + " forms of the tenant whose file comes before the field model are under way"
                  + " already; send model before the file, or try again.",
              UNTIL_ONE_IS_GONE));
    }
    if (waiting.incrementAndGet() > MOST) {
      release(tenant);
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
        .compose(file -> files.delete(path).map(v -> new SpooledBody(file, () -> release(tenant))))
        .onFailure(failure -> release(tenant))
        .recover(
            failure ->
                Future.failedFuture(
                    Failure.unavailable(
                        "There is no room on disk for the form; send the field model before the"
                            + " file, which needs none.",
                        UNTIL_ONE_IS_GONE)));
  }

  private void release(String tenant) {
    waiting.decrementAndGet();
    leave(tenant);
  }

  private void leave(String tenant) {
    tenants.computeIfPresent(tenant, (name, held) -> held == 1 ? null : held - 1);
  }
}
