package io.ruche.aiproxy.guard.find;

/** Where a number stands alone, and where it is a part of something longer. */
final class Digits {

  private Digits() {}

  /** Whether a number that begins at {@code start} goes on from something before it. */
  static boolean isInside(byte[] t, int from, int start) {
    if (start == from) {
      return false;
    }
    if (Chars.isWordBefore(t, start, from)) {
      return true;
    }
    byte before = t[start - 1];
    boolean isFurther = start - 1 > from;
    return switch (before) {
      // Decimals, addresses of the internet, versions.
      case '.', ',' -> isFurther && Chars.isDigit(t[start - 2]);
      // Dates, and names such as ORD-4111.
      case '-' -> isFurther && Chars.isWord(t[start - 2]);
      case '#' -> true;
      default -> false;
    };
  }

  /** Whether a number ends at {@code i} and does not go on in a word, decimals or an address. */
  static boolean endsAt(byte[] t, int i, int end) {
    if (i >= end) {
      return true;
    }
    if (Chars.isWordAt(t, i, end) || t[i] == '@') {
      return false;
    }
    boolean isLast = i + 1 >= end;
    return switch (t[i]) {
      case '.', ',' -> isLast || !Chars.isDigit(t[i + 1]);
      case '-' -> isLast || !Chars.isWord(t[i + 1]);
      default -> true;
    };
  }

  /** Whether what stands behind says that the number was an amount. */
  static boolean isAmount(byte[] t, int i, int end) {
    int at = i + Chars.blank(t, i, end);
    if (at >= end) {
      return false;
    }
    return switch (t[at] & 0xff) {
      case '%', '$' -> true;
      // The pound sign and the euro sign.
      case 0xc2 -> at + 1 < end && (t[at + 1] & 0xff) == 0xa3;
      case 0xe2 -> at + 2 < end && (t[at + 1] & 0xff) == 0x82 && (t[at + 2] & 0xff) == 0xac;
      default -> false;
    };
  }
}
