package io.ruche.aiproxy.guard.redact;

import java.util.Arrays;

/**
 * The text of a JSON string as it reads, with the place that each of its bytes has in the body. A
 * text that holds JSON itself, as the arguments of a tool call do, is read through its own escapes
 * as well: {@code \n} within is a line break there and no letter. Used for one string after
 * another.
 */
final class TextView {

  private static final byte QUOTE = '"';

  /** The text, after a quote and before another. */
  private byte[] text = new byte[1024];

  /** Where in the body each byte comes from; one more for the end. */
  private int[] places = new int[1024];

  private int length;

  /** Reads the string of the bytes from {@code from} to {@code to}, its quotes not included. */
  void read(byte[] body, int from, int to) {
    if (text.length < to - from + 2) {
      text = new byte[(to - from) * 2 + 2];
      places = new int[text.length];
    }
    length = 1;
    text[0] = QUOTE;
    boolean again = false;
    for (int i = from; i < to; ) {
      i = plain(body, i, to);
      if (i < to) {
        int before = length;
        i = escape(body, i, to, i);
        again |= text[before] == '\\';
      }
    }
    places[length] = to;
    text[length] = QUOTE;
    if (again) {
      readAgain();
    }
  }

  /** Copies up to the next backslash, and answers where that is. */
  private int plain(byte[] body, int from, int to) {
    byte[] copy = text;
    int[] of = places;
    int at = length;
    int i = from;
    while (i < to && body[i] != '\\') {
      copy[at] = body[i];
      of[at++] = i++;
    }
    length = at;
    return i;
  }

  /** In place, since what escapes stand for is never longer than they are. */
  private void readAgain() {
    byte[] from = Arrays.copyOf(text, length);
    int[] were = Arrays.copyOf(places, length + 1);
    length = 1;
    int to = from.length;
    for (int i = 1; i < to; ) {
      i =
          from[i] == '\\' && isEscape(from, i, to)
              ? escape(from, i, to, were[i])
              : copy(from[i], were[i], i + 1);
    }
    places[length] = were[to];
    text[length] = QUOTE;
  }

  /** Whether a backslash begins an escape; in a text that only looks like JSON it may not. */
  private static boolean isEscape(byte[] from, int i, int to) {
    if (i + 1 >= to) {
      return false;
    }
    return switch (from[i + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
      case 'u' -> unit(from, i, to) >= 0;
      default -> false;
    };
  }

  private int copy(byte b, int place, int next) {
    text[length] = b;
    places[length++] = place;
    return next;
  }

  private int escape(byte[] from, int i, int to, int place) {
    return switch (from[i + 1]) {
      case 'b', 'f', 'n', 'r', 't' -> copy((byte) '\n', place, i + 2);
      case 'u' -> unicode(from, i, to, place);
      default -> copy(from[i + 1], place, i + 2);
    };
  }

  private int unicode(byte[] from, int i, int to, int place) {
    int unit = unit(from, i, to);
    if (unit < 0x80) {
      return copy((byte) unit, place, i + 6);
    }
    if (unit < 0x800) {
      copy((byte) (0xc0 | unit >> 6), place, 0);
      return copy((byte) (0x80 | (unit & 0x3f)), place, i + 6);
    }
    // Halves of what has two units are given as they are: all they must be is no letter.
    copy((byte) (0xe0 | unit >> 12), place, 0);
    copy((byte) (0x80 | (unit >> 6 & 0x3f)), place, 0);
    return copy((byte) (0x80 | (unit & 0x3f)), place, i + 6);
  }

  /** The four hexadecimal digits behind a backslash and u; -1 when they are not there. */
  private static int unit(byte[] from, int i, int to) {
    if (i + 6 > to) {
      return -1;
    }
    int unit = 0;
    for (int at = i + 2; at < i + 6; at++) {
      int digit = Character.digit(from[at], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  /** The bytes of the text, which begins at 1 and ends at {@link #end}. */
  byte[] text() {
    return text;
  }

  int end() {
    return length;
  }

  /** Where in the body the byte at this place of the text begins, or the string ends. */
  int place(int at) {
    return places[at];
  }
}
