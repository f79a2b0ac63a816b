package io.ruche.aiproxy.ledger.entry;

import java.util.List;
import java.util.Locale;

/** Who says how many tokens it were. */
public enum UsageSource {
  /** The provider told. */
  PROVIDER(1),
  /** Ruche reckoned, because the provider did not tell or was not asked to the end. */
  ESTIMATED(2),
  /** Nothing was used. */
  NONE(3);

  private static final List<UsageSource> ALL = List.of(values());

  private final int code;

  UsageSource(int code) {
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
  public static UsageSource of(int code) {
    for (UsageSource one : ALL) {
      if (one.code == code) {
        return one;
      }
    }
    throw new IllegalArgumentException("there is no UsageSource " + code);
  }

  /** As rows spell it: {@code provider}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
