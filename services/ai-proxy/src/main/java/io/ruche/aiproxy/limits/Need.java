package io.ruche.aiproxy.limits;

/**
 * What a request may use at most, as far as can be told before.
 *
 * @param tokens in and out together
 * @param costNanos nano-dollars
 */
public record Need(long tokens, long costNanos) {

  /** Refuses amounts below 0. */
  public Need {
    if (tokens < 0 || costNanos < 0) {
      throw new IllegalArgumentException(
          "a need is never below 0, as " + tokens + ", " + costNanos);
    }
  }
}
