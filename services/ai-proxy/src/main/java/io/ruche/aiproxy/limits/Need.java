package io.ruche.aiproxy.limits;

/**
 * What a request may use at most, as far as can be told before.
 *
 * @param requests 1, or 0 for what is part of a request that counts already
 * @param tokens in and out together
 * @param costNanos nano-dollars
 */
public record Need(long requests, long tokens, long costNanos) {

  /** Refuses amounts below 0. */
  public Need {
    if (requests < 0 || tokens < 0 || costNanos < 0) {
      throw new IllegalArgumentException(
          "a need is never below 0, as " + requests + ", " + tokens + ", " + costNanos);
    }
  }

  /** That of one request. */
  public Need(long tokens, long costNanos) {
    this(1, tokens, costNanos);
  }

  /** The tokens and the money of it, for what is part of a request that counts already. */
  public Need withoutRequest() {
    return new Need(0, tokens, costNanos);
  }
}
