package io.ruche.aiproxy.ledger.entry;

import java.util.List;
import java.util.Locale;

/** How a request came. */
public enum Source {
  HTTP(1),
  EVENT(2);

  private static final List<Source> ALL = List.of(values());

  private final int code;

  Source(int code) {
    this.code = code;
  }

  /** Its number in the journal, which never changes its meaning. */
  public int code() {
    return code;
  }

  /**
   * Reads {@link #code()}.
   *
   * @throws IllegalArgumentException for a number of a newer version
   */
  public static Source of(int code) {
    for (Source one : ALL) {
      if (one.code == code) {
        return one;
      }
    }
    throw new IllegalArgumentException("there is no Source " + code);
  }

  /** As rows spell it: {@code http}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
