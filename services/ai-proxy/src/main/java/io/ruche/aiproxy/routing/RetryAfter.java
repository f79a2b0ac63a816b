package io.ruche.aiproxy.events;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The header Retry-After: seconds, with decimals as some providers send them, or a date. */
final class RetryAfter {

  /** A daily quota may ask for hours; work that waits is looked at again before. */
  static final Duration LONGEST = Duration.ofMinutes(15);

  private RetryAfter() {}

  /** How long to wait, at most {@link #LONGEST}; null when there is no telling. */
  static @Nullable Duration parse(@Nullable String header) {
    if (header == null) {
      return null;
    }
    Duration wait = wait(header.strip());
    if (wait == null || wait.isNegative()) {
      return null;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private static @Nullable Duration wait(String header) {
    try {
      if (header.matches("\\d{1,9}(\\.\\d{1,9})?")) {
        return Duration.ofMillis(Math.round(Double.parseDouble(header) * 1_000));
      }
      ZonedDateTime date = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Duration.between(Instant.now(), date.toInstant());
    } catch (DateTimeException e) {
      return null;
    }
  }
}
