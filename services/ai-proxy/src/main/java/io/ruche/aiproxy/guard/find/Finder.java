package io.ruche.aiproxy.guard.find;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Finds personal data of some kinds. What is found does not overlap: what begins first wins, and of
 * the same digits an account before a card before a phone. Has no state, so that any thread may use
 * it.
 */
public final class Finder {

  private static final byte PASS = 0;
  private static final byte AT = 1;
  private static final byte DIGIT = 2;
  private static final byte PLUS = 3;
  private static final byte BRACKET = 4;

  /** Longer numbers of a placeholder are none. */
  private static final int MOST_NUMBER = 99_999;

  private static final byte[] CLASSES = classes();
  private static final Map<Kind, byte[]> NAMES = names();

  private final boolean emails;
  private final boolean phones;
  private final boolean ibans;
  private final boolean cards;

  /** A finder of these kinds. */
  public Finder(Set<Kind> kinds) {
    Set<Kind> sought = kinds.isEmpty() ? EnumSet.noneOf(Kind.class) : EnumSet.copyOf(kinds);
    emails = sought.contains(Kind.EMAIL);
    phones = sought.contains(Kind.PHONE);
    ibans = sought.contains(Kind.IBAN);
    cards = sought.contains(Kind.CARD);
  }

  private static byte[] classes() {
    byte[] classes = new byte[256];
    classes['@'] = AT;
    classes['+'] = PLUS;
    classes['['] = BRACKET;
    for (int digit = '0'; digit <= '9'; digit++) {
      classes[digit] = DIGIT;
    }
    return classes;
  }

  private static Map<Kind, byte[]> names() {
    Map<Kind, byte[]> names = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      names.put(kind, (kind.name() + '_').getBytes(StandardCharsets.US_ASCII));
    }
    return names;
  }

  /**
   * Looks through the UTF-8 text of the bytes from {@code from} to {@code end}, exclusive. Before
   * and behind it the array has at least one byte that is no part of a word, as JSON has its
   * quotes.
   */
  public void find(byte[] t, int from, int end, Found found) {
    int free = from;
    int i = from;
    while (true) {
      i = next(t, i, end);
      if (i == end) {
        return;
      }
      byte what = CLASSES[t[i] & 0xff];
      int to =
          switch (what) {
            case AT -> email(t, free, i, end, found);
            case DIGIT -> number(t, free, i, end, found);
            case PLUS -> plus(t, free, i, end, found);
            default -> placeholder(t, i, end, found);
          };
      if (to > 0) {
        free = to;
        i = to;
      } else {
        i = what == DIGIT ? endOfDigits(t, i, end) : i + 1;
      }
    }
  }

  /** The next byte that something may be found at, or the end. */
  private static int next(byte[] t, int from, int end) {
    byte[] classes = CLASSES;
    int i = from;
    while (i < end && classes[t[i] & 0xff] == PASS) {
      i++;
    }
    return i;
  }

  private static int endOfDigits(byte[] t, int from, int end) {
    int i = from + 1;
    while (i < end && Chars.isDigit(t[i])) {
      i++;
    }
    return i;
  }

  private int email(byte[] t, int free, int at, int end, Found found) {
    if (!emails) {
      return -1;
    }
    int start = Emails.start(t, free, at);
    int to = start < at ? Emails.end(t, at, end) : -1;
    if (to > 0) {
      found.data(Kind.EMAIL, start, to);
    }
    return to;
  }

  /** At the first digit of a group. */
  private int number(byte[] t, int free, int i, int end, Found found) {
    if (ibans && i - 2 >= free && Chars.isLetter(t[i - 1]) && Chars.isLetter(t[i - 2])) {
      int to = Ibans.end(t, free, i - 2, end);
      if (to > 0) {
        found.data(Kind.IBAN, i - 2, to);
        return to;
      }
    }
    int card = cards ? Cards.end(t, free, i, end) : -1;
    if (card > 0) {
      found.data(Kind.CARD, i, card);
      return card;
    }
    int phone = phones ? Phones.end(t, free, i, end) : -1;
    if (phone > 0) {
      found.data(Kind.PHONE, i, phone);
    }
    return phone;
  }

  private int plus(byte[] t, int free, int i, int end, Found found) {
    int to = phones ? Phones.endOfPlus(t, free, i, end) : -1;
    if (to > 0) {
      found.data(Kind.PHONE, i, to);
    }
    return to;
  }

  private static int placeholder(byte[] t, int bracket, int end, Found found) {
    for (Map.Entry<Kind, byte[]> named : NAMES.entrySet()) {
      byte[] name = named.getValue();
      int i = bracket + 1;
      int matched = 0;
      while (matched < name.length && i < end && t[i] == name[matched]) {
        matched++;
        i++;
      }
      if (matched == name.length) {
        int number = 0;
        while (i < end && Chars.isDigit(t[i]) && number <= MOST_NUMBER) {
          number = number * 10 + t[i++] - '0';
        }
        if (i < end && t[i] == ']' && number > 0 && number <= MOST_NUMBER) {
          found.placeholder(named.getKey(), number);
          return i + 1;
        }
      }
    }
    return -1;
  }
}
