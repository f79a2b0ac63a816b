package io.ruche.aiproxy.ledger.entry;

import java.util.List;
import java.util.Locale;

/** How a request ended. */
public enum Outcome {
  /** The whole answer went to the client. */
  OK(1),
  /** Answered from the cache, without a provider. */
  CACHED(2),
  /** The client left before the whole answer was with it. */
  CLIENT_LEFT(3),
  /** The provider answered with a refusal, which went to the client. */
  REFUSED_BY_PROVIDER(4),
  /** No provider could be reached, or it broke off. */
  PROVIDER_FAILED(5),
  /** Ruche gave up: a fault, or a bound of its own. */
  FAILED(6),
  /** The process ended in the middle, and another one found the request begun. */
  INTERRUPTED(7);

  private static final List<Outcome> ALL = List.of(values());

  private final int code;

  Outcome(int code) {
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
  public static Outcome of(int code) {
    for (Outcome one : ALL) {
      if (one.code == code) {
        return one;
      }
    }
    throw new IllegalArgumentException("there is no Outcome " + code);
  }

  /** As rows spell it: {@code client_left}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
