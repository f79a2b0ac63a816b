package io.ruche.logging;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How lines of the log are written. */
public enum LogFormat {
  /** For people. */
  TEXT,
  /** A JSON object a line, for containers. */
  JSON;

  /** The variable that says which. */
  public static final String VARIABLE = "RUCHE_LOG";

  /**
   * Reads the variable's value; text without one.
   *
   * @throws IllegalArgumentException for another word
   */
  public static LogFormat of(@Nullable String word) {
    if (word == null || word.isBlank()) {
      return TEXT;
    }
    return switch (word.strip().toLowerCase(Locale.ROOT)) {
      case "text" -> TEXT;
      case "json" -> JSON;
      default ->
          throw new IllegalArgumentException(
              VARIABLE + " must be text or json, not '" + word.strip() + "'");
    };
  }
}
