package io.ruche.aiproxy.routing;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.DateTimeException;
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
    @Description("USD for a million output tokens.") @Default("0") double output) {

  private static final double DEAREST = 1_000_000;

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

  /** Nano-dollars for so many tokens, rounded up: nothing that has a price is free. */
  public long cost(long inputTokens, long cachedTokens, long outputTokens) {
    double cached = cachedInput == null ? input : cachedInput;
    // USD a million tokens are a thousand times as many nano-dollars a token.
    double nanos =
        (inputTokens - cachedTokens) * input * 1_000
            + cachedTokens * cached * 1_000
            + outputTokens * output * 1_000;
    return (long) Math.ceil(nanos - 1e-6);
  }
}
