package io.ruche.embedservice.engine.token;

/** Indexes of code points, as the tokenizers count, to those of Java characters. */
final class CharacterIndexes {

  private final String text;
  private final boolean alike;
  private int codePoints;
  private int characters;

  CharacterIndexes(String text) {
    this.text = text;
    this.alike = text.chars().noneMatch(c -> Character.isSurrogate((char) c));
  }

  /** Quick for indexes that come in ascending order. */
  int of(int codePoint) {
    if (alike) {
      return Math.min(codePoint, text.length());
    }
    if (codePoint < codePoints) {
      codePoints = 0;
      characters = 0;
    }
    while (codePoints < codePoint && characters < text.length()) {
      characters += Character.charCount(text.codePointAt(characters));
      codePoints++;
    }
    return characters;
  }

  /** A text without halves of characters, which no tokenizer could be given; of the same length. */
  static String whole(String text) {
    StringBuilder mended = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else {
        mended = mended == null ? new StringBuilder(text) : mended;
        mended.setCharAt(i, '\uFFFD');
      }
    }
    return mended == null ? text : mended.toString();
  }
}
