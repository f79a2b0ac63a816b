package io.ruche.embedservice.engine.remote;

import io.ruche.embedservice.document.Tokens;
import java.util.Arrays;

/**
 * About how a model cuts a text whose tokenizer is not here: a word is a token for every four
 * letters begun, a character of a script without spaces or of no script is one. That is rather too
 * many, so that what is cut by it fits.
 */
final class ApproximateTokens implements Tokens {

  private static final int LETTERS = 4;

  @Override
  public int[] starts(String text) {
    int[] starts = new int[Math.max(16, text.length() / LETTERS)];
    int count = 0;
    int inToken = 0;
    for (int at = 0, next; at < text.length(); at = next) {
      int character = text.codePointAt(at);
      next = at + Character.charCount(character);
      if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
        inToken = 0;
        continue;
      }
      boolean spelled = Character.isLetterOrDigit(character) && !isLogogram(character);
      if (!spelled || inToken == 0 || inToken == LETTERS) {
        if (count == starts.length) {
          starts = Arrays.copyOf(starts, 2 * count);
        }
        starts[count++] = at;
        inToken = 0;
      }
      inToken = spelled ? inToken + 1 : 0;
    }
    return Arrays.copyOf(starts, count);
  }

  private static boolean isLogogram(int character) {
    return Character.isIdeographic(character)
        || switch (Character.UnicodeScript.of(character)) {
          case HIRAGANA, KATAKANA, HANGUL, THAI, LAO, KHMER, MYANMAR -> true;
          default -> false;
        };
  }
}
