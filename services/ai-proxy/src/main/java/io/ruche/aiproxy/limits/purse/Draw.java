package io.ruche.aiproxy.limits.purse;

import java.util.List;
import java.util.Locale;

/**
 * What a process says to Redis of one limit, and what it wants of it.
 *
 * @param key the limit's key
 * @param unit the least that would serve anyone; with less left nothing is granted
 * @param least what is granted if there is as much
 * @param want what is granted while it is no more than an eighth of what is left
 * @param rest what depends on the kind of limit, seven values
 */
record Draw(
    String key, String kind, long limit, long unit, long least, long want, List<Object> rest) {

  /**
   * Of a bucket.
   *
   * @param change used beyond what was granted; below 0 what is given back
   */
  static Draw bucket(
      String key, long limit, long unit, long least, long want, long windowMicros, long change) {
    return new Draw(
        key,
        "bucket",
        limit,
        unit,
        least,
        want,
        List.of(windowMicros, Long.toString(change), "", "", "", "", ""));
  }

  /** Of slots: the process now holds {@code held}. */
  static Draw slots(String key, long limit, long unit, long least, long want, long held) {
    return new Draw(key, "pool", limit, unit, least, want, List.of("", 0L, held, 0L, 0L, "", ""));
  }

  /** Of money in a term. */
  static Draw money(String key, long limit, long unit, long least, long want, Position position) {
    return new Draw(
        key,
        "pool",
        limit,
        unit,
        least,
        want,
        List.of(
            position.term().name(),
            position.term().startMillis(),
            position.held(),
            position.spent(),
            position.told(),
            position.how().word(),
            position.ledger()));
  }

  /**
   * Where a process stands with a budget.
   *
   * @param held drawn and not spent
   * @param spent spent since the term began here
   * @param told of it, what Redis has confirmed
   * @param ledger what the ledger says was spent in the term, for {@link How#BEGIN} and {@link
   *     How#LIFT}
   */
  record Position(Term term, long held, long spent, long told, How how, long ledger) {}

  /** What else is to be done with a budget. */
  enum How {
    /** Nothing. */
    GO_ON,
    /** Have the ledger compared soon, because this process has not used the budget before. */
    LOOK,
    /** Begin it with what the ledger says, if it is not there. */
    BEGIN,
    /** Raise it to what the ledger says, if it says more. */
    LIFT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
