package io.ruche.aiproxy.guard.find;

/**
 * Numbers of payment cards: 13 to 19 digits in one piece or in groups, with a right checksum (Luhn)
 * and the first digits and length of an issuer.
 */
final class Cards {

  private static final int LEAST = 13;
  private static final int MOST = 19;
  private static final int SHORTEST_GROUP = 3;

  private Cards() {}

  /**
   * Where the longest card number that begins at {@code start} ends; -1 when there is none.
   *
   * @param start the first digit of a group
   */
  static int end(byte[] t, int from, int start, int end) {
    if (t[start] < '2' || t[start] > '6' || Digits.isInside(t, from, start)) {
      return -1;
    }
    byte[] digits = new byte[MOST];
    int count = 0;
    int i = start;
    int found = -1;
    boolean dashed = false;
    for (int group = 0; ; group++) {
      int before = count;
      while (i < end && Chars.isDigit(t[i])) {
        if (count == MOST) {
          return found;
        }
        digits[count++] = (byte) (t[i++] - '0');
      }
      boolean grouped = group > 0;
      int separator = dashed ? 0 : Chars.blank(t, i, end);
      if (separator == 0 && (dashed || group == 0)) {
        separator = Chars.dash(t, i, end);
        dashed = grouped || separator > 0;
      }
      if (grouped && count - before < SHORTEST_GROUP) {
        return found;
      }
      if (count >= LEAST && isCard(digits, count) && Digits.endsAt(t, i, end)) {
        found = i;
      }
      boolean more = separator > 0 && i + separator < end && Chars.isDigit(t[i + separator]);
      if (!more || (!grouped && count < SHORTEST_GROUP)) {
        return found;
      }
      i += separator;
    }
  }

  private static boolean isCard(byte[] digits, int count) {
    return isIssued(digits, count) && luhn(digits, count);
  }

  /** Whether some issuer has numbers that begin like this and are as long. */
  private static boolean isIssued(byte[] digits, int count) {
    int first = digits[0];
    int second = digits[1];
    return switch (first) {
      case 2 -> count == 16;
      case 3 ->
          switch (second) {
            case 4, 7 -> count == 15;
            case 5 -> count >= 16;
            case 0, 6, 8, 9 -> count == 14 || count >= 16;
            default -> false;
          };
      case 4 -> count == 13 || count == 16 || count == 19;
      // Those of 14 digits would rather be French company numbers, whose checksum is the same.
      default -> count != 14;
    };
  }

  private static boolean luhn(byte[] digits, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      int digit = digits[count - 1 - i];
      int twice = digit * 2;
      sum += i % 2 == 0 ? digit : twice > 9 ? twice - 9 : twice;
    }
    return sum % 10 == 0;
  }
}
