package io.ruche.aiproxy.guard.find;

/**
 * Account numbers: a country, the length that it has there, and a remainder of 1 by 97. In one
 * piece, or in groups with a space or hyphen between them.
 */
final class Ibans {

  private static final int LONGEST = 34;

  /** By country, how many characters an IBAN has; from the registry of ISO 13616. */
  private static final String LENGTHS =
      "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
          + " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21"
          + " HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27"
          + " MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24"
          + " RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22"
          + " VG24 XK20 YE30";

  private static final byte[] LENGTH = new byte[26 * 26];

  static {
    for (String entry : LENGTHS.split(" ", -1)) {
      LENGTH[(entry.charAt(0) - 'A') * 26 + entry.charAt(1) - 'A'] =
          Byte.parseByte(entry.substring(2));
    }
  }

  private Ibans() {}

  /** Where the IBAN that begins at {@code start} with two letters and two digits ends; or -1. */
  static int end(byte[] t, int from, int start, int end) {
    if (Chars.isWordBefore(t, start, from)) {
      return -1;
    }
    int length = LENGTH[letter(t[start]) * 26 + letter(t[start + 1])];
    if (length == 0) {
      return -1;
    }
    byte[] account = new byte[LONGEST];
    int count = 0;
    int i = start;
    while (count < length) {
      if (i >= end) {
        return -1;
      }
      if (!Chars.isDigit(t[i]) && !Chars.isLetter(t[i])) {
        int separator = Math.max(Chars.blank(t, i, end), Chars.dash(t, i, end));
        i += separator;
        if (separator == 0 || i >= end || !(Chars.isDigit(t[i]) || Chars.isLetter(t[i]))) {
          return -1;
        }
      }
      account[count++] = t[i++];
    }
    boolean alone = !Chars.isWordAt(t, i, end) && (i >= end || t[i] != '@');
    return alone && remainder(account, length) == 1 ? i : -1;
  }

  private static int letter(byte b) {
    return (b | 0x20) - 'a';
  }

  /** The first four characters count last, and a letter counts two digits: A is 10. */
  private static int remainder(byte[] account, int length) {
    int remainder = 0;
    for (int i = 0; i < length; i++) {
      byte b = account[(i + 4) % length];
      remainder =
          Chars.isDigit(b)
              ? (remainder * 10 + b - '0') % 97
              : (remainder * 100 + letter(b) + 10) % 97;
    }
    return remainder;
  }
}
