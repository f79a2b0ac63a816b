package io.ruche.embedservice.parse;

import java.util.List;

/** Collects what is out of range in settings. */
final class Bounds {

  private Bounds() {}

  /** Adds a flaw when a value is outside of two bounds, which are both allowed. */
  static void within(List<String> flaws, String name, long value, long least, long most) {
    if (value < least || value > most) {
      flaws.add(name + " is " + value + "; it must be " + least + " to " + most);
    }
  }

  /** Throws when there are flaws. */
  static void require(List<String> flaws) {
    if (!flaws.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", flaws));
    }
  }
}
