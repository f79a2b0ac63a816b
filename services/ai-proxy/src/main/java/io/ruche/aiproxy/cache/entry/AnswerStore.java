package io.ruche.aiproxy.cache.entry;

import io.ruche.lifecycle.Dependency;
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
 * Redis that keeps requests waiting is left alone for half a second. Thread-safe.
 */
public final class AnswerStore {

  /** Bytes on their way to Redis; while it takes none, more are let go. */
  private static final long MOST_ON_THE_WAY = 32L << 20;

  private final RedisLink hot;
  private final RedisValues values;
  private final AtomicLong onTheWay = new AtomicLong();
  private final Respite respite = new Respite(3, Duration.ofMillis(500));

  public AnswerStore(RedisLink hot) {
    this.hot = hot;
    this.values = new RedisValues(hot);
  }

  /** The answer; null when there is none, or none to be had within the time. Never fails. */
  public Future<@Nullable KeptAnswer> get(String key, Duration within) {
    if (respite.lasts()) {
      return Future.succeededFuture();
    }
    return values
        .get(key)
        .timeout(within.toMillis(), TimeUnit.MILLISECONDS)
        .map(this::read)
        .otherwise(this::nothing);
  }

  /** Keeps an answer, if that can be done now. */
  public void put(String key, KeptAnswer answer, Duration ttl) {
    if (respite.lasts() || onTheWay.get() > MOST_ON_THE_WAY) {
      return;
    }
    byte[] entry = answer.encode();
    onTheWay.addAndGet(entry.length);
    values.put(key, entry, ttl).onComplete(done -> onTheWay.addAndGet(-entry.length));
  }

  /** Whether what was not found just now is surely not there. */
  public boolean isReachable() {
    return !respite.lasts() && hot.state().state() == Dependency.State.UP;
  }

  private @Nullable KeptAnswer read(byte @Nullable [] entry) {
    respite.worked();
    return entry == null ? null : KeptAnswer.decode(entry);
  }

  private @Nullable KeptAnswer nothing(Throwable failure) {
    if (failure instanceof TimeoutException) {
      respite.failed();
    }
    return null;
  }
}
