package io.ruche.aiproxy.guard.find;

/**
 * Phone numbers: national ones of ten digits that begin with 0, as in France, and international
 * ones that begin with a plus or 00 and the code of a country.
 */
final class Phones {

  private static final int NATIONAL = 10;
  private static final int MOST = 15;
  private static final int LEAST = 9;

  /** How the ten digits are grouped where they are. */
  private static final int[] GROUPINGS = {22222, 4222, 433, 28, 2332, 3322};

  /** The codes of two digits, and the first two of those of three. */
  private static final String TWO =
      " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63"
          + " 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ";

  private static final String THREE =
      " 21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99 ";

  private static final boolean[] COUNTRY = new boolean[100];

  static {
    for (int code = 10; code < COUNTRY.length; code++) {
      COUNTRY[code] = code / 10 == 7 || (TWO + THREE).contains(" " + code + " ");
    }
  }

  private Phones() {}

  /**
   * Where the number that begins at {@code start} ends; -1 when there is none.
   *
   * @param start the first digit of a group
   */
  static int end(byte[] t, int from, int start, int end) {
    if (t[start] != '0' || start + 1 >= end || Digits.isInside(t, from, start)) {
      return -1;
    }
    int found =
        t[start + 1] == '0' ? international(t, start + 2, end, false) : national(t, start, end);
    return found < 0 || Digits.isAmount(t, found, end) ? -1 : found;
  }

  /**
   * Where the number that begins with the plus sign at {@code plus} ends; -1 when there is none.
   */
  static int endOfPlus(byte[] t, int from, int plus, int end) {
    if (Chars.isWordBefore(t, plus, from)) {
      return -1;
    }
    int found = international(t, plus + 1, end, true);
    return found < 0 || Digits.isAmount(t, found, end) ? -1 : found;
  }

  private static int national(byte[] t, int start, int end) {
    int grouping = 0;
    int count = 0;
    int i = start;
    int separator = -1;
    while (true) {
      int group = 0;
      while (i < end && Chars.isDigit(t[i]) && count <= NATIONAL) {
        i++;
        group++;
        count++;
      }
      grouping = grouping * 10 + group % 10;
      if (count >= NATIONAL) {
        break;
      }
      int kind = separator(t, i, end);
      int width = width(t, i, end);
      boolean goesOn = width > 0 && i + width < end && Chars.isDigit(t[i + width]);
      if (!goesOn || (separator >= 0 && kind != separator)) {
        return -1;
      }
      separator = kind;
      i += width;
    }
    boolean national = start + 1 < end && t[start + 1] != '0';
    return national && count == NATIONAL && isGrouped(grouping) && Digits.endsAt(t, i, end)
        ? i
        : -1;
  }

  private static boolean isGrouped(int grouping) {
    // One group of ten.
    if (grouping == 0) {
      return true;
    }
    for (int known : GROUPINGS) {
      if (known == grouping) {
        return true;
      }
    }
    return false;
  }

  /** 0 for a space, 1 for a dash, 2 for a dot. */
  private static int separator(byte[] t, int i, int end) {
    return Chars.blank(t, i, end) > 0 ? 0 : Chars.dash(t, i, end) > 0 ? 1 : 2;
  }

  private static int width(byte[] t, int i, int end) {
    if (i < end && t[i] == '.') {
      return 1;
    }
    return Math.max(Chars.blank(t, i, end), Chars.dash(t, i, end));
  }

  /** From the first digit of the country's code. */
  private static int international(byte[] t, int from, int end, boolean plus) {
    int i = from + Chars.blank(t, from, end);
    int count = 0;
    int found = -1;
    long number = 0;
    while (true) {
      int group = i;
      while (i < end && Chars.isDigit(t[i])) {
        if (count == MOST) {
          // Digits without end are no number; a last group too many is left out.
          return found;
        }
        number = number * 10 + t[i++] - '0';
        count++;
      }
      if (i == group) {
        return found;
      }
      if (isNumber(number, count, plus) && Digits.endsAt(t, i, end)) {
        found = i;
        if (isWhole(number, count)) {
          return found;
        }
      }
      int next = afterSeparator(t, i, end);
      if (next < 0) {
        return found;
      }
      i = next;
    }
  }

  /**
   * The next digit behind a space, dash, dot or bracket, or two of them, or {@code (0)}, which
   * stands for what is dialled within the country and is no part of the number; -1 when no digit
   * follows.
   */
  private static int afterSeparator(byte[] t, int i, int end) {
    int at = i + width(t, i, end);
    if (at + 2 < end && t[at] == '(' && t[at + 1] == '0' && t[at + 2] == ')') {
      at += 3;
    } else if (at < end && (t[at] == '(' || t[at] == ')')) {
      at++;
    }
    at += width(t, at, end);
    return at > i && at < end && Chars.isDigit(t[at]) ? at : -1;
  }

  private static boolean isNumber(long number, int count, boolean plus) {
    // Behind 00 rather one digit more, since order numbers begin with zeros as well.
    if (count < (plus ? LEAST : LEAST + 1)) {
      return false;
    }
    long first = number / power(count - 2);
    if (first / 10 == 1) {
      return plus && isNorthAmerican(number, count);
    }
    if (first == 33) {
      return isFrench(number, count);
    }
    return first >= 10 && COUNTRY[(int) first];
  }

  /** Nothing can follow: the country's numbers are all as long. */
  private static boolean isWhole(long number, int count) {
    long first = number / power(count - 2);
    return first / 10 == 1 || first == 33;
  }

  /** Area and exchange begin with 2 to 9. */
  private static boolean isNorthAmerican(long number, int count) {
    return count == 11 && number / 1_000_000_000L % 10 >= 2 && number / 1_000_000L % 10 >= 2;
  }

  /** Nine digits of which the first is no 0, or that with a 0 too many. */
  private static boolean isFrench(long number, int count) {
    return count == 11
        ? number / 100_000_000L % 10 >= 1
        : count == 12 && number / 1_000_000_000L % 10 == 0 && number / 100_000_000L % 10 >= 1;
  }

  private static long power(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= 10;
    }
    return power;
  }
}
