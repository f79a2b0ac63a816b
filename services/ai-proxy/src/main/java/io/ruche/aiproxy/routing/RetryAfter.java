package io.ruche.aiproxy.routing;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header Retry-After: seconds, with decimals as some providers send them, or a date. */
public final class RetryAfter {

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private RetryAfter() {}

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
    Duration wait = parse(header);
    return wait == null || wait.compareTo(longest) <= 0 ? wait : longest;
  }

  private static @Nullable Duration wait(String header) {
    if (SECONDS.matcher(header).matches()) {
      return Duration.ofMillis(Math.round(Double.parseDouble(header) * 1_000));
    }
    try {
      ZonedDateTime date = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Duration.between(Instant.now(), date.toInstant());
    } catch (DateTimeException e) {
      return null;
    }
  }
}
