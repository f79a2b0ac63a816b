package io.ruche.aiproxy.guard.find;

/**
 * What the bytes of UTF-8 text are. Text here has a byte that is no part of a word before its first
 * and behind its last one, such as the quotes around a JSON string, so that its neighbours may
 * always be looked at.
 */
final class Chars {

  /** Scripts from here on are written without spaces or are not written in addresses. */
  private static final int END_OF_SPACED_SCRIPTS = 0x530;

  private Chars() {}

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static boolean isLetter(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
  }

  static boolean isWord(byte b) {
    return isDigit(b) || isLetter(b) || b == '_';
  }

  /** How many bytes the space at {@code i} has: 1 to 3, 0 when there is none. */
  static int blank(byte[] t, int i, int end) {
    if (i >= end) {
      return 0;
    }
    int b = t[i] & 0xff;
    if (b == ' ') {
      return 1;
    }
    if (b == 0xc2) {
      return i + 1 < end && (t[i + 1] & 0xff) == 0xa0 ? 2 : 0;
    }
    // No-break, thin and figure space, as French typography has them between groups of digits.
    if (b == 0xe2 && i + 2 < end && (t[i + 1] & 0xff) == 0x80) {
      int last = t[i + 2] & 0xff;
      return last == 0xaf || last == 0x89 || last == 0x87 ? 3 : 0;
    }
    return 0;
  }

  /** How many bytes the hyphen or dash at {@code i} has: 1 or 3, 0 when there is none. */
  static int dash(byte[] t, int i, int end) {
    if (i >= end) {
      return 0;
    }
    int b = t[i] & 0xff;
    if (b == '-') {
      return 1;
    }
    boolean three = b == 0xe2 && i + 2 < end && (t[i + 1] & 0xff) == 0x80;
    return three && (t[i + 2] & 0xff) >= 0x90 && (t[i + 2] & 0xff) <= 0x95 ? 3 : 0;
  }

  /** Whether a letter, digit or underscore begins at {@code i}. */
  static boolean isWordAt(byte[] t, int i, int end) {
    return i < end && (t[i] >= 0 ? isWord(t[i]) : letterAt(t, i, end) > 0);
  }

  /** Whether a letter, digit or underscore ends before {@code i}. */
  static boolean isWordBefore(byte[] t, int i, int from) {
    return i > from && (t[i - 1] >= 0 ? isWord(t[i - 1]) : letterBefore(t, i, from) > 0);
  }

  /** How many bytes the letter beyond ASCII at {@code i} has; 0 when there is none. */
  static int letterAt(byte[] t, int i, int end) {
    return i + 1 < end && isLetter(t[i], t[i + 1]) ? 2 : 0;
  }

  /** How many bytes the letter beyond ASCII before {@code i} has; 0 when there is none. */
  static int letterBefore(byte[] t, int i, int from) {
    return i - 1 > from && isLetter(t[i - 2], t[i - 1]) ? 2 : 0;
  }

  /** Latin, Greek and Cyrillic letters have two bytes. */
  private static boolean isLetter(byte first, byte second) {
    if ((first & 0xe0) != 0xc0 || (second & 0xc0) != 0x80) {
      return false;
    }
    int point = (first & 0x1f) << 6 | (second & 0x3f);
    return point < END_OF_SPACED_SCRIPTS && Character.isLetter(point);
  }
}
