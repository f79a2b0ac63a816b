package io.ruche.standalone.doctor;

import java.util.Locale;

/** How much a finding weighs. */
public enum Level {
  /** Wrong, and must be mended. */
  PROBLEM,
  /** Could not be looked at, so that nobody knows. */
  UNKNOWN,
  /** Works, and could be better. */
  ADVICE;

  /** The word for it in reports. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
