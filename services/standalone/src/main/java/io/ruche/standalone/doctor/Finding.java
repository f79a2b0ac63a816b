package io.ruche.standalone.doctor;

/**
 * One thing that is not as it should be.
 *
 * @param id what kind it is, {@code secrets.weak}; never changes its meaning
 * @param where a file, container, variable or part of the machine
 * @param what is wrong, as a sentence, and never a secret
 * @param mend what would be right, or the command that makes it so
 */
public record Finding(Level level, String id, String where, String what, String mend) {

  /** Must be mended. */
  public static Finding problem(String id, String where, String what, String mend) {
    return new Finding(Level.PROBLEM, id, where, what, mend);
  }

  /** Could not be looked at. */
  public static Finding unknown(String id, String where, String what, String mend) {
    return new Finding(Level.UNKNOWN, id, where, what, mend);
  }

  /** A part of which something kept a check from looking. */
  public static Finding unlooked(String part, Exception reason) {
    return unknown(
        "part.unknown",
        part,
        "Not all of it could be looked at: " + reason.getMessage(),
        "Mend that, and ask again.");
  }

  /** Could be better. */
  public static Finding advice(String id, String where, String what, String mend) {
    return new Finding(Level.ADVICE, id, where, what, mend);
  }
}
