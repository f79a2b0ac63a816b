package io.ruche.aiproxy.routing.quota;

import org.jspecify.annotations.Nullable;

/** The times of {@code x-ratelimit-reset-*}: {@code 7.66s}, {@code 2m59.56s}, {@code 130ms}. */
public final class ResetTime {

  private static final String UNITS = "dhms";
  private static final double[] SECONDS = {86_400, 3_600, 60, 1};
  private static final int MOST_DIGITS = 9;

  private ResetTime() {}

  /** Nanoseconds; plain seconds are read as well; -1 when it is neither. */
  public static long nanos(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return -1;
    }
    double sum = 0;
    int last = -1;
    int at = 0;
    while (at < text.length()) {
      int begin = at;
      at = number(text, at);
      if (at < 0) {
        return -1;
      }
      double value = Double.parseDouble(text.substring(begin, at));
      if (at == text.length()) {
        // No unit: seconds, if that is all there is.
        return begin == 0 ? (long) (value * 1e9) : -1;
      }
      boolean millis = text.startsWith("ms", at);
      int unit = millis ? UNITS.length() : UNITS.indexOf(text.charAt(at));
      if (unit <= last) {
        return -1;
      }
      sum += millis ? value / 1_000 : value * SECONDS[unit];
      last = unit;
      at += millis ? 2 : 1;
    }
    return (long) (sum * 1e9);
  }

  /** Behind the number that begins there, with one point at most; -1 when none does. */
  private static int number(String text, int from) {
    int at = digits(text, from);
    if (at == from || at - from > MOST_DIGITS) {
      return -1;
    }
    if (at == text.length() || text.charAt(at) != '.') {
      return at;
    }
    int end = digits(text, at + 1);
    return end == at + 1 || end - at > MOST_DIGITS ? -1 : end;
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}
