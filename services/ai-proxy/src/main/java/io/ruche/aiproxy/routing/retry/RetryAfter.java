package io.ruche.aiproxy.routing.retry;

import io.ruche.aiproxy.routing.quota.ResetTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a provider says to come back: {@code retry-after-ms} or {@code Retry-After} in seconds, with
 * decimals as some send them, with units ({@code 2m59.56s}, {@code 130ms}), or as a date.
 */
public final class RetryAfter {

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private RetryAfter() {}

  /**
   * How long an answer asks to wait; null when there is no telling.
   *
   * @param headers by their names in lower case
   */
  public static @Nullable Duration of(UnaryOperator<@Nullable String> headers) {
    String millis = headers.apply("retry-after-ms");
    if (millis != null && SECONDS.matcher(millis.strip()).matches()) {
      return Duration.ofNanos(Math.round(Double.parseDouble(millis.strip()) * 1e6));
    }
    return parse(headers.apply("retry-after"));
  }

  /** How long an answer asks to wait, at most the longest; null when there is no telling. */
  public static @Nullable Duration of(UnaryOperator<@Nullable String> headers, Duration longest) {
    return atMost(longest, of(headers));
  }

  /** How long it asks to wait; null when there is no telling. */
  public static @Nullable Duration parse(@Nullable String header) {
    if (header == null) {
      return null;
    }
    Duration wait = wait(header.strip());
    return wait == null || wait.isNegative() ? null : wait;
  }

  /** How long it asks to wait, at most the longest; null when there is no telling. */
  public static @Nullable Duration parse(@Nullable String header, Duration longest) {
    return atMost(longest, parse(header));
  }

  private static @Nullable Duration atMost(Duration longest, @Nullable Duration wait) {
    return wait == null || wait.compareTo(longest) <= 0 ? wait : longest;
  }

  private static @Nullable Duration wait(String header) {
    if (SECONDS.matcher(header).matches()) {
      return Duration.ofMillis(Math.round(Double.parseDouble(header) * 1_000));
    }
    long withUnits = ResetTime.nanos(header);
    if (withUnits >= 0) {
      return Duration.ofNanos(withUnits);
    }
    try {
      ZonedDateTime date = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Duration.between(Instant.now(), date.toInstant());
    } catch (DateTimeException e) {
      return null;
    }
  }
}
