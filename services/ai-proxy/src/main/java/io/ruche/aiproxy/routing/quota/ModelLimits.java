package io.ruche.aiproxy.routing.quota;

import io.ruche.config.Description;
import org.jspecify.annotations.Nullable;

/**
 * What a provider allows of one model. What it tells in headers need not be written down; with Groq
 * those are the requests a day and the tokens a minute.
 */
public record ModelLimits(
    @Description("Requests that the provider allows a minute.") @Nullable Long requestsPerMinute,
    @Description("Requests that the provider allows a day.") @Nullable Long requestsPerDay,
    @Description("Tokens that the provider allows a minute.") @Nullable Long tokensPerMinute,
    @Description("Tokens that the provider allows a day.") @Nullable Long tokensPerDay,
    @Description("Tokens of requests alone that the provider allows a minute.")
        @Nullable Long inputTokensPerMinute,
    @Description("Tokens of answers alone that the provider allows a minute.")
        @Nullable Long outputTokensPerMinute,
    @Description("Seconds of sound that the provider allows an hour.")
        @Nullable Long audioSecondsPerHour,
    @Description("Seconds of sound that the provider allows a day.")
        @Nullable Long audioSecondsPerDay) {

  private static final long MOST = 1_000_000_000_000_000L;

  /** No limit is known. */
  public static final ModelLimits NONE =
      new ModelLimits(null, null, null, null, null, null, null, null);

  /** Rejects limits that would allow nothing. */
  public ModelLimits {
    require("requests-per-minute", requestsPerMinute);
    require("requests-per-day", requestsPerDay);
    require("tokens-per-minute", tokensPerMinute);
    require("tokens-per-day", tokensPerDay);
    require("input-tokens-per-minute", inputTokensPerMinute);
    require("output-tokens-per-minute", outputTokensPerMinute);
    require("audio-seconds-per-hour", audioSecondsPerHour);
    require("audio-seconds-per-day", audioSecondsPerDay);
  }

  private static void require(String name, @Nullable Long limit) {
    if (limit != null && (limit < 1 || limit > MOST)) {
      throw new IllegalArgumentException(
          name + " must be 1 or more, and at most " + MOST + ", not " + limit);
    }
  }
}
