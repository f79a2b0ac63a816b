package io.ruche.auth;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A part of Ruche that a key may use. No scope contains another: {@code admin} is not "all". */
public enum Scope {
  AI,
  DOCUMENTS,
  BACKUPS,
  HEALTH,
  GAMES,
  EVENTS,
  ADMIN;

  /** The scope as commands, files and the database spell it: {@code ai}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads {@link #word()}.
   *
   * @throws IllegalArgumentException lists the words there are
   */
  public static Scope of(String word) {
    for (Scope scope : values()) {
      if (scope.word().equals(word)) {
        return scope;
      }
    }
    throw new IllegalArgumentException(
        "there is no scope '"
            + word
            + "'; there are "
            + Arrays.stream(values()).map(Scope::word).collect(Collectors.joining(", ")));
  }
}
