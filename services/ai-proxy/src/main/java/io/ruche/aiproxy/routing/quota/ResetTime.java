package io.ruche.aiproxy.routing.quota;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The times of {@code x-ratelimit-reset-*}: {@code 7.66s}, {@code 2m59.56s}, {@code 130ms}. */
public final class ResetTime {

  private static final Pattern FORM =
      Pattern.compile(
          "(?:(\\d{1,4})d)?(?:(\\d{1,5})h)?(?:(\\d{1,6})m)?"
              + "(?:(\\d{1,7}(?:\\.\\d{1,9})?)s)?(?:(\\d{1,9}(?:\\.\\d{1,9})?)ms)?");

  /** Plain seconds, as others than Groq and OpenAI write them. */
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private ResetTime() {}

  /** Nanoseconds; -1 when it cannot be read. */
  public static long nanos(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return -1;
    }
    if (SECONDS.matcher(text).matches()) {
      return nanos(Double.parseDouble(text));
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return -1;
    }
    double seconds =
        part(form, 1) * 86_400
            + part(form, 2) * 3_600
            + part(form, 3) * 60
            + part(form, 4)
            + part(form, 5) / 1_000;
    return nanos(seconds);
  }

  private static double part(Matcher form, int group) {
    String text = form.group(group);
    return text == null ? 0 : Double.parseDouble(text);
  }

  private static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }
}
