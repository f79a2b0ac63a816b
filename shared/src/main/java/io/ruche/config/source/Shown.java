package io.ruche.config.source;

/** Makes text from outside fit for one line of a terminal or a log. */
public final class Shown {

  private static final int LONGEST = 60;

  private Shown() {}

  /** The text in single quotes, cut after 60 characters, with control characters as {@code ?}. */
  public static String quoted(String text) {
    String start = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    StringBuilder shown = new StringBuilder("'");
    start
        .codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .forEach(shown::appendCodePoint);
    return shown.append(start.length() < text.length() ? "...'" : "'").toString();
  }
}
