package io.ruche.aiproxy.cache.entry;

import io.ruche.store.RedisLink;
import io.ruche.store.RedisValues;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Answers in the hot Redis. What cannot be had there in time is not there: nothing fails, and a
 * Redis that has kept one request waiting is left alone for a second. Thread-safe.
 */
public final class AnswerStore {

  /** A model takes longer, but nobody asked to wait for a cache. */
  static final long ANSWER_MS = 50;

  private static final long QUIET_NS = 1_000_000_000L;

  /** Bytes on their way to Redis; while it takes none, more are let go. */
  private static final long MOST_ON_THE_WAY = 32L << 20;

  private final RedisValues values;
  private final AtomicLong onTheWay = new AtomicLong();
  private volatile long quietSince;
  private volatile boolean quiet;

  public AnswerStore(RedisLink hot) {
    this.values = new RedisValues(hot);
  }

  /** The answer; null when there is none, or none to be had now. Never fails. */
  public Future<@Nullable KeptAnswer> get(String key) {
    if (isQuiet()) {
      return Future.succeededFuture();
    }
    return values
        .get(key)
        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
        .map(entry -> entry == null ? null : KeptAnswer.decode(entry))
        .otherwise(this::nothing);
  }

  /** Keeps an answer, if that can be done now. */
  public void put(String key, KeptAnswer answer, Duration ttl) {
    if (isQuiet() || onTheWay.get() > MOST_ON_THE_WAY) {
      return;
    }
    byte[] entry = answer.encode();
    onTheWay.addAndGet(entry.length);
    values.put(key, entry, ttl).onComplete(done -> onTheWay.addAndGet(-entry.length));
  }

  /** Whether it is left alone now. */
  public boolean isQuiet() {
    return quiet && System.nanoTime() - quietSince < QUIET_NS;
  }

  private @Nullable KeptAnswer nothing(Throwable failure) {
    if (failure instanceof TimeoutException) {
      quietSince = System.nanoTime();
      quiet = true;
    }
    return null;
  }
}
