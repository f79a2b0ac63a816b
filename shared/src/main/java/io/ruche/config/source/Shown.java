package io.ruche.config.source;

/** Makes text from outside fit for a terminal or a log. */
public final class Shown {

  private static final int LONGEST_VALUE = 60;
  private static final int LONGEST_LINE = 1000;

  private Shown() {}

  /** A value in single quotes: its first 60 characters, with control characters as {@code ?}. */
  public static String quoted(String text) {
    return "'" + printable(text, LONGEST_VALUE) + "'";
  }

  /** A message as one line: its first 1000 characters, with control characters as {@code ?}. */
  public static String line(String text) {
    return printable(text, LONGEST_LINE);
  }

  private static String printable(String text, int longest) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(longest)
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .forEach(shown::appendCodePoint);
    return text.codePointCount(0, text.length()) > longest ? shown + "..." : shown.toString();
  }
}
