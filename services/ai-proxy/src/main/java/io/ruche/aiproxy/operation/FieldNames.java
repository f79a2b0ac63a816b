package io.ruche.aiproxy.operation;

import io.ruche.http.Failure;
import java.util.Set;

/**
 * The names of fields as providers that ignore upper and lower case read them: Ollama and others
 * written in Go take {@code Max_Tokens} for {@code max_tokens}, and the last of two that are the
 * same to them.
 */
public final class FieldNames {

  private static final char LONG_S = '\u017f';
  private static final char KELVIN = '\u212a';

  /** What is read at the top level of a body, here or by the guard. */
  private static final Set<String> READ =
      Set.of(
          "model",
          "stream",
          "messages",
          "input",
          "n",
          "max_tokens",
          "max_completion_tokens",
          "max_output_tokens",
          "stream_options",
          "instructions",
          "prompt",
          "system",
          "prediction",
          "background",
          "previous_response_id",
          "conversation");

  private FieldNames() {}

  /**
   * Refuses a name that is read under another spelling only: it would pass unseen, and count.
   *
   * @throws Failure 400 that tells the right spelling
   */
  static void requireSpelling(String field) {
    String folded = folded(field);
    if (!folded.equals(field) && READ.contains(folded)) {
      throw FieldFailures.wrong(
          "unknown_parameter",
          field,
          field + " must be spelled " + folded + ": some providers take the one for the other.");
    }
  }

  /** The name in lower case, as Go folds letters; the same object where it is so already. */
  public static String folded(String field) {
    for (int i = 0; i < field.length(); i++) {
      if (folded(field.charAt(i)) != field.charAt(i)) {
        return allFolded(field);
      }
    }
    return field;
  }

  private static String allFolded(String field) {
    char[] folded = field.toCharArray();
    for (int i = 0; i < folded.length; i++) {
      folded[i] = folded(folded[i]);
    }
    return new String(folded);
  }

  private static char folded(char c) {
    if (c < 0x80) {
      return c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
    }
    return c == LONG_S ? 's' : c == KELVIN ? 'k' : c;
  }
}
