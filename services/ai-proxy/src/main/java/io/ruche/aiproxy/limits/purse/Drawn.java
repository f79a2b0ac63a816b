package io.ruche.aiproxy.limits.purse;

/**
 * What Redis answered of one limit.
 *
 * @param left what nobody holds now; below 0 while more was used than the limit
 * @param spent of a budget, what was spent in the term
 * @param flags 1: compare with the ledger; 2: four fifths are spent; 4: the budget is used up
 * @param term of a budget, the term that Redis counts
 */
record Drawn(State state, long granted, double left, long spent, int flags, String term) {

  /** Whether the budget was there. */
  enum State {
    OK,
    /** It is not there, and somebody has to say what the ledger says. */
    ABSENT,
    /** It counts another term than the process. */
    OTHER
  }

  boolean lookDue() {
    return (flags & 1) != 0;
  }

  boolean warns() {
    return (flags & 2) != 0;
  }

  boolean exceeded() {
    return (flags & 4) != 0;
  }
}
