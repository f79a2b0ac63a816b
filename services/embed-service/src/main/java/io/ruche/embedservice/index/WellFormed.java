package io.ruche.embedservice.index;

/**
 * Whether a text can be written as UTF-8 and read back: half a surrogate pair becomes the same
 * replacement as any other half, so that two different names would be one.
 */
final class WellFormed {

  private WellFormed() {}

  static boolean is(String text) {
    return text.codePoints().noneMatch(point -> Character.getType(point) == Character.SURROGATE);
  }
}
