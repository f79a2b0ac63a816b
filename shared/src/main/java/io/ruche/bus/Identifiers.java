package io.ruche.bus;

/** The alphabets of names on the bus. */
final class Identifiers {

  private Identifiers() {}

  static void requireLevel(String what, String text) {
    if (!text.matches("[a-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          what + " '" + text + "' must be 1 to 64 of a-z, 0-9, '_' and '-'");
    }
  }
}
