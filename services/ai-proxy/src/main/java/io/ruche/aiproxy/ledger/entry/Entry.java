package io.ruche.aiproxy.ledger.entry;

/** A request that is in the journal as begun. Any thread may call. */
@FunctionalInterface
public interface Entry {

  /**
   * Writes how the request ended; the first call counts and later ones do nothing. Never waits for
   * a disk or a network and never fails.
   */
  void end(End end);
}
