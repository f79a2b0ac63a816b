package io.ruche.bus;

import java.util.Locale;

/** Where a command stands. */
public enum JobState {
  QUEUED,
  RUNNING,
  DONE,
  FAILED,
  EXPIRED;

  /** As Redis and the HTTP API spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static JobState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  public boolean isFinal() {
    return this != QUEUED && this != RUNNING;
  }
}
