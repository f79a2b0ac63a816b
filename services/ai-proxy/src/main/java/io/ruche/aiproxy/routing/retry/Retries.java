package io.ruche.aiproxy.routing.retry;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How often and when a target that failed in passing is asked again. */
public record Retries(
    @Description(
            "How often a target is asked again, before the next one is, after a refused connection,"
                + " a cut before the first byte, 408, 429, 498, 500, 502, 503, 504 or 529.")
        @Default("1")
        int most,
    @Description("About how long to wait before the first; doubled for each further one.")
        @Default("200ms")
        Duration firstWait,
    @Description("Longest wait, unless the provider asks for more with Retry-After.") @Default("2s")
        Duration longestWait) {

  /** Rejects counts and waits that would only hold requests up. */
  public Retries {
    if (most < 0 || most > 10) {
      throw new IllegalArgumentException("most must be 0 to 10, not " + most);
    }
    if (firstWait.compareTo(Duration.ofMinutes(1)) > 0
        || longestWait.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(
          "first-wait and longest-wait must be at most 1 minute, for example 200ms");
    }
  }

  /**
   * The wait before a retry, between half of its full length and all of it, so that requests that
   * failed together do not come back together.
   *
   * @param retry 1 for the first one
   */
  public Duration wait(int retry, RandomGenerator random) {
    long full = firstWait.toMillis() << Math.min(retry - 1, 20);
    long bounded = Math.min(full, longestWait.toMillis());
    return Duration.ofMillis(bounded - (long) (random.nextDouble() * bounded / 2));
  }
}
