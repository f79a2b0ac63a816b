package io.ruche.aiproxy.routing.retry;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;

/** How long one request looks for a target that answers. */
public record AttemptRules(
    @Description("Most attempts of one request at all its targets together.") @Default("6")
        int most,
    @Description("Time within which a request's answer must begin, all attempts together.")
        @Default("3m")
        Duration within,
    @Description(
            "Longest Retry-After of a provider that is waited out; past it the next target is asked"
                + " at once.")
        @Default("2s")
        Duration longestRetryAfter) {

  /** Rejects bounds that would allow no attempt. */
  public AttemptRules {
    if (most < 1 || most > 100) {
      throw new IllegalArgumentException("most must be 1 to 100, not " + most);
    }
    if (within.toMillis() < 1 || within.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("within must be 1 ms to 1 day, for example 3m");
    }
    if (longestRetryAfter.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException(
          "longest-retry-after must be at most 10 minutes, for example 2s");
    }
  }
}
