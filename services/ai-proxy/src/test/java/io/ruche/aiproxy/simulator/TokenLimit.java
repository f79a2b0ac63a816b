package io.ruche.aiproxy.simulator;

import io.vertx.core.MultiMap;
import java.util.Locale;

/** Groq's limit of tokens a minute: a bucket that fills evenly, told in every answer. */
final class TokenLimit {

  private final long limit;
  private double left;
  private long at = System.nanoTime();
  private long taken;
  private long refused;

  TokenLimit(long limit, long left) {
    this.limit = limit;
    this.left = left;
  }

  /** Takes tokens, or nothing when there are not so many. */
  synchronized boolean take(long tokens) {
    fill();
    if (left < tokens) {
      refused++;
      return false;
    }
    left -= tokens;
    taken += tokens;
    return true;
  }

  private void fill() {
    long now = System.nanoTime();
    left = Math.min((double) limit, left + (now - at) * (limit / 60e9));
    at = now;
  }

  /** Seconds, as the header retry-after has them, until there are so many tokens. */
  synchronized String retryAfter(long tokens) {
    fill();
    return Long.toString((long) Math.ceil(Math.max(0, tokens - left) / (limit / 60.0)));
  }

  /** Writes the headers that tell it. */
  synchronized void tell(MultiMap headers) {
    fill();
    double seconds = (limit - left) / (limit / 60.0);
    headers
        .set("x-ratelimit-limit-tokens", Long.toString(limit))
        .set("x-ratelimit-remaining-tokens", Long.toString((long) left))
        .set("x-ratelimit-reset-tokens", String.format(Locale.ROOT, "%.3fs", seconds));
  }

  synchronized long taken() {
    return taken;
  }

  synchronized long refused() {
    return refused;
  }

  /** Tokens that are left now. */
  synchronized long left() {
    fill();
    return (long) left;
  }
}
