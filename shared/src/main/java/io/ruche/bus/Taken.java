package io.ruche.bus;

/** What became of a command that was offered to the bus. */
public sealed interface Taken {

  /**
   * It is on disk.
   *
   * @param known by an earlier sending of the same id and body
   */
  record Stored(Receipt receipt, boolean known) implements Taken {}

  /**
   * The id belongs to another body.
   *
   * @param first of the command that has the id
   */
  record Conflict(Receipt first) implements Taken {}

  /** There is no room now. */
  record Full() implements Taken {}
}
