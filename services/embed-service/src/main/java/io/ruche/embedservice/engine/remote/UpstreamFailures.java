package io.ruche.embedservice.engine.remote;

import io.ruche.http.Failure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the failures of a server mean. */
final class UpstreamFailures {

  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504, 529);
  private static final Set<Integer> ABOUT_THE_TEXTS = Set.of(400, 413, 422);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private UpstreamFailures() {}

  /** How long the server asks to wait before it is asked again; null when that would not help. */
  static @Nullable Duration wait(Throwable cause) {
    return switch (cause) {
      case StatusException answered ->
          PASSING.contains(answered.status()) ? asked(answered.retryAfter()) : null;
      case Failure unusable -> null;
      default -> Duration.ZERO;
    };
  }

  private static Duration asked(@Nullable String retryAfter) {
    if (retryAfter == null) {
      return Duration.ZERO;
    }
    String text = retryAfter.strip();
    if (SECONDS.matcher(text).matches()) {
      return Duration.ofMillis(Math.round(Double.parseDouble(text) * 1_000));
    }
    try {
      Instant when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), when);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  /** What callers are told. */
  static RuntimeException told(Throwable cause, String origin) {
    return switch (cause) {
      case Failure known -> known;
      case StatusException answered -> told(answered, origin);
      default ->
          Failure.unavailable(
                  "The model's server %s cannot be reached or did not answer in time."
                      .formatted(origin),
                  AGAIN)
              .withCause(cause);
    };
  }

  private static RuntimeException told(StatusException answered, String origin) {
    int status = answered.status();
    if (ABOUT_THE_TEXTS.contains(status)) {
      return new Refusal(status, answered.said());
    }
    if (status == 429) {
      Duration wait = asked(answered.retryAfter());
      return Failure.tooManyRequests(
          "The model's server %s is at its limit.".formatted(origin), wait.isZero() ? AGAIN : wait);
    }
    if (PASSING.contains(status)) {
      return Failure.unavailable(
          "The model's server %s answered %d.".formatted(origin, status), AGAIN);
    }
    return Failure.of(
        502,
        "upstream_refused",
        "The model's server refused the request",
        "The model's server %s answered %d: %s (engine.remote in embed-service.yaml)"
            .formatted(origin, status, answered.said()));
  }

  /** The first line of it, without the place in the text that parsers add. */
  static String brief(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
