package io.ruche.embedservice.engine.schedule;

import java.time.Duration;

/** How fast tokens are done, as measured lately. Safe for all threads. */
final class Pace {

  /** Of a core, until something is measured. */
  private static final double AT_FIRST = 1_000;

  /** Tokens after which a measurement counts for a third. */
  private static final double MEMORY = 5_000;

  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final int cores;
  private double perSecondAndCore = AT_FIRST;

  Pace(int cores) {
    this.cores = cores;
  }

  synchronized void done(int tokens, long nanos) {
    if (tokens > 0 && nanos > 0) {
      double share = 1 - Math.exp(-tokens / MEMORY);
      perSecondAndCore += share * (tokens * 1e9 / nanos - perSecondAndCore);
    }
  }

  /** By all cores. */
  synchronized double tokensPerSecond() {
    return perSecondAndCore * cores;
  }

  /** How long so many take, at most ten minutes. */
  Duration timeFor(long tokens) {
    double seconds = Math.min(tokens / tokensPerSecond(), (double) LONGEST.toSeconds());
    return Duration.ofMillis((long) (seconds * 1_000));
  }
}
