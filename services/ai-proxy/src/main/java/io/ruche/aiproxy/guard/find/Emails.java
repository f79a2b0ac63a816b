package io.ruche.aiproxy.guard.find;

/** Addresses around an at sign. Neither side is looked at past the next one. */
final class Emails {

  private static final int MOST_DOMAIN_BYTES = 255;

  private Emails() {}

  /** Where the local part before the at sign begins; {@code at} when there is none. */
  static int start(byte[] t, int from, int at) {
    int start = at;
    while (start > from) {
      int letter = isLocal(t[start - 1]) ? 1 : Chars.letterBefore(t, start, from);
      if (letter == 0) {
        break;
      }
      start -= letter;
    }
    while (start < at && isMark(t[start])) {
      start++;
    }
    return start;
  }

  private static boolean isLocal(byte b) {
    return Chars.isWord(b) || isMark(b);
  }

  /** Within a local part, but not where it begins. */
  private static boolean isMark(byte b) {
    return b == '.' || b == '%' || b == '+' || b == '\'' || b == '-';
  }

  /**
   * Where the domain behind the at sign ends, after its last label that can be a top-level domain;
   * -1 when there is none.
   */
  static int end(byte[] t, int at, int end) {
    int limit = Math.min(end, at + 1 + MOST_DOMAIN_BYTES);
    int found = -1;
    int label = at + 1;
    for (int labels = 1; label < limit; labels++) {
      int i = label;
      boolean letters = true;
      while (i < limit) {
        int step = Chars.isLetter(t[i]) ? 1 : Chars.letterAt(t, i, limit);
        if (step == 0) {
          if (!Chars.isDigit(t[i]) && t[i] != '-') {
            break;
          }
          if (letters && t[i] == '-' && labels > 1 && i - label > 1) {
            // As in "to a@b.fr-": it counts unless more labels follow.
            found = i;
          }
          letters = false;
          step = 1;
        }
        i += step;
      }
      if (i == label) {
        break;
      }
      if (labels > 1 && (letters ? i - label > 1 : isPunycode(t, label, i))) {
        found = i;
      }
      if (i >= limit || t[i] != '.') {
        break;
      }
      label = i + 1;
    }
    return found < 0 || isScale(t, at + 1) ? -1 : found;
  }

  private static boolean isPunycode(byte[] t, int from, int to) {
    return to - from > 4
        && (t[from] | 0x20) == 'x'
        && (t[from + 1] | 0x20) == 'n'
        && t[from + 2] == '-'
        && t[from + 3] == '-'
        && t[to - 1] != '-';
  }

  /** The name of a picture, {@code icon@2x.png}. There is a label and a dot. */
  private static boolean isScale(byte[] t, int domain) {
    return Chars.isDigit(t[domain]) && t[domain + 1] == 'x' && t[domain + 2] == '.';
  }
}
