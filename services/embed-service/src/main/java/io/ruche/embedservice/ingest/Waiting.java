package io.ruche.embedservice.ingest;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bounded waits of virtual threads. */
final class Waiting {

  /** For stores, which have bounds of their own. */
  static final Duration STORE = Duration.ofMinutes(1);

  /** For a batch of embeddings or a file, when many others come first. */
  static final Duration WORK = Duration.ofMinutes(15);

  private Waiting() {}

  static <T> T on(Future<T> future) throws TimeoutException {
    return future.await(STORE.toMillis(), TimeUnit.MILLISECONDS);
  }

  static <T> T onWork(Future<T> future) throws TimeoutException {
    return future.await(WORK.toMillis(), TimeUnit.MILLISECONDS);
  }
}
