package io.ruche.auth;

import io.ruche.store.RedisLink;
import io.ruche.store.TextScript;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits of N requests a minute: a bucket of N tokens, refilled evenly, in the hot Redis, where all
 * processes share it.
 *
 * <p>While the hot Redis does not answer within 250 ms, each process decides alone with a bucket of
 * the same size: P processes then let through at most P times the limit, never more. Every process
 * takes from its own bucket all the time, so that an outage does not hand out a fresh one. A bucket
 * that the hot Redis lost or evicted begins full.
 */
public final class RateLimiter {

  private static final Logger LOG = LoggerFactory.getLogger(RateLimiter.class);
  private static final long ANSWER_MS = 250;

  /** After a failure Redis is not asked for this long, so that not every request waits. */
  private static final long PAUSE_NS = 1_000_000_000L;

  private final TextScript script;
  private final LocalBuckets local = new LocalBuckets();
  private final LongAdder decidedAlone = new LongAdder();
  private final AtomicBoolean away = new AtomicBoolean();
  private volatile long askAgainAt = System.nanoTime();

  public RateLimiter(RedisLink hot) {
    this.script = new TextScript(hot, RateLimiter.class, "rate-limit.lua");
  }

  /**
   * What became of one request.
   *
   * @param limit requests a minute
   * @param remaining whole tokens left
   * @param retryAfter until the next token; zero when one is left
   * @param reset until the bucket is full
   * @param local whether this process decided alone
   */
  public record Verdict(
      boolean allowed,
      int limit,
      int remaining,
      Duration retryAfter,
      Duration reset,
      boolean local) {}

  /**
   * Takes one token from the bucket {@code {tenant}:rl:name}; never fails.
   *
   * @param perMinute the size of the bucket, at least 1
   */
  public Future<Verdict> take(String tenant, String name, int perMinute) {
    if (perMinute < 1) {
      throw new IllegalArgumentException("a limit is at least 1 a minute, not " + perMinute);
    }
    String bucket = "{" + tenant + "}:rl:" + name;
    long now = System.nanoTime();
    Verdict alone = local.take(bucket, perMinute, now);
    if (away.get() && now - askAgainAt < 0) {
      decidedAlone.increment();
      return Future.succeededFuture(alone);
    }
    return script
        .run(List.of(bucket), List.of(perMinute))
        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
        .map(answer -> shared(answer, perMinute))
        .otherwise(failure -> alone(alone, failure));
  }

  /** How many requests this process has decided alone since it started. */
  public long decidedAlone() {
    return decidedAlone.sum();
  }

  private Verdict shared(List<String> answer, int perMinute) {
    if (away.compareAndSet(true, false)) {
      LOG.info("rate limits shared again, decided alone total={}", decidedAlone.sum());
    }
    return new Verdict(
        answer.get(0).equals("1"),
        perMinute,
        Integer.parseInt(answer.get(1)),
        Duration.ofMillis(Long.parseLong(answer.get(2))),
        Duration.ofMillis(Long.parseLong(answer.get(3))),
        false);
  }

  private Verdict alone(Verdict verdict, Throwable failure) {
    askAgainAt = System.nanoTime() + PAUSE_NS;
    if (away.compareAndSet(false, true)) {
      LOG.warn("rate limits decided by each process alone: {}", failure.toString());
    }
    decidedAlone.increment();
    return verdict;
  }

  /** The same buckets as in the script, in memory and in nanoseconds. */
  static final class LocalBuckets {

    private static final long MINUTE_NS = 60_000_000_000L;
    private static final int SWEEP_FROM = 1_024;

    /** The moment at which each bucket will be full. */
    private final ConcurrentHashMap<String, Long> fullAt = new ConcurrentHashMap<>();

    private volatile int sweepAt = SWEEP_FROM;

    Verdict take(String bucket, int perMinute, long now) {
      if (fullAt.size() >= sweepAt) {
        fullAt.values().removeIf(full -> full - now <= 0);
        sweepAt = Math.max(SWEEP_FROM, fullAt.size() * 2);
      }
      long step = Math.ceilDiv(MINUTE_NS, perMinute);
      long size = step * perMinute;
      boolean[] allowed = new boolean[1];
      long full =
          fullAt.compute(
              bucket,
              (name, old) -> {
                // Bounded from above because the limit may have been lowered.
                long used = old == null ? 0 : Math.clamp(old - now, 0, size);
                allowed[0] = used + step <= size;
                return now + used + (allowed[0] ? step : 0);
              });
      long used = full - now;
      int left = (int) ((size - used) / step);
      long wait = left > 0 ? 0 : used + step - size;
      return new Verdict(
          allowed[0], perMinute, left, Duration.ofNanos(wait), Duration.ofNanos(used), true);
    }
  }
}
