package io.ruche.aiproxy.ledger.entry;

import org.jspecify.annotations.Nullable;

/**
 * How a request ended.
 *
 * @param provider its name in the configuration, cut at 32 bytes; null when none was asked
 * @param upstreamModel the model it was asked for, cut at 96 bytes
 * @param status the HTTP status that the client was or would have been answered; 0 for none
 * @param inputTokens the cached ones included
 * @param nanoDollars 1 USD is 1,000,000,000
 * @param firstByteMicros from the request's start; {@link #UNKNOWN} when none came
 * @param durationMicros from the request's start; {@link #UNKNOWN} when nobody was there
 */
public record End(
    @Nullable String provider,
    @Nullable String upstreamModel,
    int status,
    Outcome outcome,
    long inputTokens,
    long cachedTokens,
    long outputTokens,
    UsageSource usage,
    long nanoDollars,
    long firstByteMicros,
    long durationMicros) {

  /** A time that was not measured. */
  public static final long UNKNOWN = -1;

  /** Rejects statuses that are none and numbers below zero. */
  public End {
    if (status < 0 || status > 999) {
      throw new IllegalArgumentException("an HTTP status has at most three digits: " + status);
    }
    if (inputTokens < 0 || cachedTokens < 0 || outputTokens < 0 || nanoDollars < 0) {
      throw new IllegalArgumentException("tokens and cost are never below 0");
    }
  }
}
