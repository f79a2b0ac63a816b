package io.ruche.embedservice.engine.token;

/**
 * Cuts a long text into pieces of a bounded length, before white space where there is some: there
 * tokenizers cut as well, so that the tokens of the pieces are those of the whole.
 */
final class Segments {

  private static final int MOST = 8_192;

  private final String text;
  private int start;
  private int end;

  Segments(String text) {
    this.text = text;
  }

  /** Goes on to the next piece; false behind the last one. */
  boolean next() {
    start = end;
    if (start == text.length()) {
      return false;
    }
    end = text.length() - start <= MOST ? text.length() : cut(start + MOST);
    return true;
  }

  private int cut(int latest) {
    for (int at = latest; at > start + MOST / 2; at--) {
      if (Character.isWhitespace(text.charAt(at)) && !Character.isWhitespace(text.charAt(at - 1))) {
        return at;
      }
    }
    return Character.isLowSurrogate(text.charAt(latest)) ? latest - 1 : latest;
  }

  int start() {
    return start;
  }

  String piece() {
    return start == 0 && end == text.length() ? text : text.substring(start, end);
  }
}
