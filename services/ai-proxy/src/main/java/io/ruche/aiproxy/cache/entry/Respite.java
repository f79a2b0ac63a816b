package io.ruche.aiproxy.cache.entry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A time in which something that has just failed, several times in a row, is left alone.
 * Thread-safe.
 */
public final class Respite {

  private final int afterFailures;
  private final long nanos;
  private final AtomicInteger failures = new AtomicInteger();
  private volatile long since;

  /**
   * One that has not begun.
   *
   * @param afterFailures in a row; once it has begun, one more begins it anew
   */
  public Respite(int afterFailures, Duration length) {
    this.afterFailures = afterFailures;
    this.nanos = length.toNanos();
  }

  /** It has failed. */
  public void failed() {
    since = System.nanoTime();
    failures.incrementAndGet();
  }

  /** It has not failed. */
  public void worked() {
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  /** Whether it is left alone now. */
  public boolean lasts() {
    return failures.get() >= afterFailures && System.nanoTime() - since < nanos;
  }
}
