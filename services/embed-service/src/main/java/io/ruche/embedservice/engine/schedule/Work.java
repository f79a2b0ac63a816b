package io.ruche.embedservice.engine.schedule;

/** The pieces of one request. */
public interface Work {

  /** How many there are. */
  int pieces();

  /** About how many tokens a piece has, at least 1. */
  int estimate(int piece);

  /**
   * Does a piece, on a thread of the scheduler and at the same time as others.
   *
   * @return how many tokens it was
   * @throws RuntimeException which ends the request
   */
  int run(int piece);
}
