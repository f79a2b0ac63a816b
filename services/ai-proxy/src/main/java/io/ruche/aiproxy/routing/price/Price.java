package io.ruche.aiproxy.routing.price;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** What a model costs from a day on. */
public record Price(
    @Description("The first day, UTC, on which it holds, for example 2026-01-01.")
        @Default("1970-01-01")
        String from,
    @Description("USD for a million input tokens.") @Default("0") double input,
    @Description("USD for a million cached input tokens; as `input` without it.")
        @Nullable Double cachedInput,
    @Description("USD for a million output tokens.") @Default("0") double output,
    @Description("USD for an hour of audio that is transcribed or translated.") @Default("0")
        double audioHour,
    @Description("Audio that is billed at least for a request: 10s at Groq.") @Default("0s")
        Duration audioLeast,
    @Description("USD for a million characters that are spoken.") @Default("0") double characters,
    @Description("The share of these prices that requests of a batch cost, 0 to 1: 0.5 for half.")
        @Default("1")
        double batch) {

  private static final double DEAREST = 1_000_000;
  private static final Duration LONGEST_LEAST = Duration.ofHours(1);

  /** A price of tokens alone. */
  public Price(String from, double input, @Nullable Double cachedInput, double output) {
    this(from, input, cachedInput, output, 0, Duration.ZERO, 0, 1);
  }

  /** Rejects days and prices that cannot be. */
  public Price {
    try {
      LocalDate.parse(from);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("from must be a day like 2026-01-01, not '" + from + "'");
    }
    requirePrice("input", input);
    requirePrice("output", output);
    requirePrice("cached-input", cachedInput == null ? 0 : cachedInput);
    requirePrice("audio-hour", audioHour);
    requirePrice("characters", characters);
    if (!(batch >= 0 && batch <= 1)) {
      throw new IllegalArgumentException("batch must be a share from 0 to 1, not " + batch);
    }
    if (audioLeast.isNegative() || audioLeast.compareTo(LONGEST_LEAST) > 0) {
      throw new IllegalArgumentException("audio-least must be 0s to 1h, for example 10s");
    }
  }

  private static void requirePrice(String name, double price) {
    if (!(price >= 0 && price <= DEAREST)) {
      throw new IllegalArgumentException(name + " must be USD from 0 to 1000000, not " + price);
    }
  }

  /** The first day on which it holds. */
  public LocalDate day() {
    return LocalDate.parse(from);
  }

  /**
   * Nano-dollars for sound that was listened to and for characters that were spoken, rounded up.
   */
  public long mediaCost(long audioMillis, long spokenCharacters) {
    if (audioMillis == 0 && spokenCharacters == 0) {
      return 0;
    }
    long billed = audioMillis == 0 ? 0 : Math.max(audioMillis, audioLeast.toMillis());
    double nanos = billed * audioHour * 1e9 / 3_600_000 + spokenCharacters * characters * 1_000;
    return (long) Math.ceil(nanos - 1e-6);
  }

  /** Nano-dollars for so many tokens, rounded up: nothing that has a price is free. */
  public long cost(long inputTokens, long cachedTokens, long outputTokens) {
    return cost(inputTokens, cachedTokens, outputTokens, 1);
  }

  /** Nano-dollars for so many tokens of requests in a batch, rounded up. */
  public long batchCost(long inputTokens, long cachedTokens, long outputTokens) {
    return cost(inputTokens, cachedTokens, outputTokens, batch);
  }

  private long cost(long inputTokens, long cachedTokens, long outputTokens, double share) {
    double cached = cachedInput == null ? input : cachedInput;
    // USD a million tokens are a thousand times as many nano-dollars a token.
    double nanos =
        (inputTokens - cachedTokens) * input * 1_000
            + cachedTokens * cached * 1_000
            + outputTokens * output * 1_000;
    return (long) Math.ceil(nanos * share - 1e-6);
  }
}
