package io.ruche.embedservice.parse.text;

import java.text.Normalizer;

/**
 * Text as the service keeps it: NFC, line feeds, no control character but tab, no half of a
 * surrogate pair.
 */
public final class CleanText {

  /** Marks on one letter; more of them only serve to keep a normalizer busy. */
  private static final int MOST_MARKS = 30;

  private CleanText() {}

  /** Cleans a piece that begins and ends with whole characters. */
  public static String of(CharSequence raw) {
    StringBuilder out = new StringBuilder(raw.length());
    int marks = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c < 0x7F && c >= 0x20) {
        marks = 0;
        out.append(c);
        continue;
      }
      if (Character.isHighSurrogate(c)) {
        marks = 0;
        if (i + 1 < raw.length() && Character.isLowSurrogate(raw.charAt(i + 1))) {
          i++;
          int point = Character.toCodePoint(c, raw.charAt(i));
          marks = isMark(point) ? marks + 1 : 0;
          if ((point & 0xFFFE) != 0xFFFE) {
            out.appendCodePoint(point);
          }
        } else {
          out.append('\uFFFD');
        }
        continue;
      }
      marks = isMark(c) ? marks + 1 : 0;
      if (marks <= MOST_MARKS) {
        append(out, c, i + 1 < raw.length() ? raw.charAt(i + 1) : 0);
      }
    }
    return Normalizer.normalize(out, Normalizer.Form.NFC);
  }

  private static void append(StringBuilder out, char c, int next) {
    switch (c) {
      case '\r' -> {
        if (next != '\n') {
          out.append('\n');
        }
      }
      case '\n', '\u000B', '\f', '\u0085', '\u2028', '\u2029' -> out.append('\n');
      case '\t' -> out.append('\t');
      // A hyphen that shows only at the end of a line, a byte order mark, what is no character.
      case '\u00AD', '\uFEFF', '\uFFFE', '\uFFFF' -> {}
      default -> {
        if (Character.isLowSurrogate(c)) {
          out.append('\uFFFD');
        } else if (!Character.isISOControl(c)) {
          out.append(c);
        }
      }
    }
  }

  private static boolean isMark(int point) {
    int type = Character.getType(point);
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
  }
}
