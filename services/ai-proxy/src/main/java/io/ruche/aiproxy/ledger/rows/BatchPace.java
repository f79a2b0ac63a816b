package io.ruche.aiproxy.ledger.rows;

import java.util.concurrent.TimeUnit;

/**
 * How long to wait for the next batch: until it is worth a commit, and not so long that PostgreSQL
 * is busy with it for milliseconds, in which a request would wait for the core.
 */
final class BatchPace {

  /** PostgreSQL works on so many for about a millisecond. */
  private static final int AIM = 250;

  private static final long SHORTEST_NS = TimeUnit.MILLISECONDS.toNanos(25);
  static final long LONGEST_NS = TimeUnit.MILLISECONDS.toNanos(250);

  private long last;

  /**
   * @param now when the clock began, of {@link System#nanoTime}
   */
  BatchPace(long now) {
    last = now;
  }

  /**
   * Nanoseconds to wait.
   *
   * @param rows that have come since it was asked before
   */
  long rest(int rows, long now) {
    long elapsed = Math.max(1, now - last);
    last = now;
    if (rows == 0) {
      return LONGEST_NS;
    }
    return Math.clamp(elapsed * AIM / rows, SHORTEST_NS, LONGEST_NS);
  }
}
