package io.ruche.config;

import io.ruche.config.source.NearestName;
import io.ruche.config.source.Shown;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A type of single value and how it is written.
 *
 * @param label what a value is, for example {@code a size}
 * @param example a right value; empty when the label says it all
 * @param shown how a wrong value may be repeated to the user
 * @param parser throws IllegalArgumentException whose message follows the value: {@code is not a
 *     size}
 */
record Scalar(String label, String example, Showing shown, Function<String, Object> parser) {

  /** How much of a wrong value may be repeated to the user. */
  enum Showing {
    WHOLE,
    /** An address, without its password. */
    REDACTED,
    NEVER
  }

  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,30})");
  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12}) ?(ms|s|m|h|d)");
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** A sentence on a text that {@link #parse} refused, without what must not be shown of it. */
  String complaint(String text, boolean visible, IllegalArgumentException refusal) {
    String value =
        switch (visible ? shown : Showing.NEVER) {
          case WHOLE -> Shown.quoted(text.contains("://") ? SecretUri.redacted(text) : text) + " ";
          case REDACTED -> Shown.quoted(SecretUri.redacted(text)) + " ";
          case NEVER -> "the value ";
        };
    String advice = example.isEmpty() ? "" : "; write e.g. " + example;
    return (text.isBlank() ? "" : value) + refusal.getMessage() + advice;
  }

  /** The type that a record component's class stands for, or empty when it is no single value. */
  static Optional<Scalar> of(Class<?> type) {
    return Optional.ofNullable(type.isEnum() ? choice(type) : plain(type));
  }

  /** Reads a value; space around it does not count, except in text and secrets. */
  Object parse(String text) {
    return parser.apply(text);
  }

  private static @Nullable Scalar plain(Class<?> type) {
    if (type == String.class) {
      return new Scalar("text", "", Showing.WHOLE, text -> text);
    } else if (type == Secret.class) {
      return new Scalar("a secret", "", Showing.NEVER, text -> new Secret(filled(text)));
    } else if (type == int.class || type == Integer.class) {
      return stripped("a whole number", "10", text -> (int) whole(text, Integer.MAX_VALUE));
    } else if (type == long.class || type == Long.class) {
      return stripped("a whole number", "10", text -> whole(text, Long.MAX_VALUE));
    } else if (type == double.class || type == Double.class) {
      return stripped("a number", "0.5", Scalar::number);
    } else if (type == boolean.class || type == Boolean.class) {
      return stripped("true or false", "", Scalar::truth);
    } else if (type == Duration.class) {
      return stripped("a duration", "30s", Scalar::duration);
    } else if (type == ByteSize.class) {
      return stripped("a size", "1MiB", ByteSize::parse);
    } else if (type == Path.class) {
      return stripped("a path", "/var/lib/ruche", Scalar::path);
    } else if (type == URI.class) {
      return address(Scalar::uri);
    } else if (type == SecretUri.class) {
      return address(text -> new SecretUri(uri(text)));
    }
    return null;
  }

  private static Scalar stripped(String label, String example, Function<String, Object> parser) {
    return new Scalar(label, example, Showing.WHOLE, text -> parser.apply(filled(text.strip())));
  }

  private static Scalar address(Function<String, Object> parser) {
    return new Scalar(
        "an address",
        "https://example.org:8080",
        Showing.REDACTED,
        text -> parser.apply(filled(text.strip())));
  }

  private static Scalar choice(Class<?> type) {
    List<?> constants = Arrays.asList(type.getEnumConstants());
    List<String> words = constants.stream().map(Scalar::word).toList();
    String label = words.size() == 1 ? words.getFirst() : "one of " + String.join(", ", words);
    return stripped(
        label,
        "",
        text -> {
          int index = words.indexOf(text.toLowerCase(Locale.ROOT).replace('_', '-'));
          if (index < 0) {
            String hint =
                NearestName.of(text, words).map(near -> "; did you mean " + near + "?").orElse("");
            throw new IllegalArgumentException("is not " + label + hint);
          }
          return constants.get(index);
        });
  }

  private static String word(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String filled(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("is empty");
    }
    return text;
  }

  private static long whole(String text, long largest) {
    if (!WHOLE_NUMBER.matcher(text).matches()) {
      throw new IllegalArgumentException("is not a whole number");
    }
    try {
      long value = Long.parseLong(text);
      if (value <= largest && value >= -largest - 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // The form is right, so it has too many digits: the same as a value out of bounds.
    }
    String bounds = (-largest - 1) + " to " + largest;
    throw new IllegalArgumentException("is outside " + bounds);
  }

  private static double number(String text) {
    double value = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("is not a number");
    }
    return value;
  }

  private static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("is not true or false");
    };
  }

  private static Duration duration(String text) {
    Duration value = text.startsWith("P") ? isoDuration(text) : shortDuration(text);
    if (value.isNegative()) {
      throw new IllegalArgumentException("is below 0");
    }
    if (value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("is longer than " + LONGEST.toDays() + "d");
    }
    return value;
  }

  private static Duration shortDuration(String text) {
    Matcher form = DURATION.matcher(text);
    if (!form.matches()) {
      boolean number = WHOLE_NUMBER.matcher(text).matches();
      throw new IllegalArgumentException(number ? "has no unit" : "is not a duration");
    }
    long count = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  private static Duration isoDuration(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("is not a duration", e);
    }
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is not a path", e);
    }
  }

  /**
   * Asks for a scheme, and for a host where there is an authority: what clients would trip over.
   */
  private static URI uri(String text) {
    String encode =
        text.contains("@") ? " (write special characters of a password as %XX, @ as %40)" : "";
    try {
      URI uri = new URI(text);
      boolean hostless = uri.getRawAuthority() != null && uri.getHost() == null;
      if (uri.getScheme() != null && !uri.isOpaque() && !hostless) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Its message repeats the whole address, password and all.
    }
    throw new IllegalArgumentException("is not an address" + encode);
  }
}
