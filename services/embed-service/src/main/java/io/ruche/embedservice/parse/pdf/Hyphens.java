package io.ruche.embedservice.parse.pdf;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mends words that are broken at the end of a line. Whether the hyphen is the word's own, as in
 * {@code peut-être}, is told by the document's other words, and by what French puts behind one.
 */
final class Hyphens {

  private static final int MOST_WORDS = 200_000;
  private static final int LONGEST_WORD = 40;

  private static final Set<String> AFTER_HYPHEN =
      Set.of(
          "t", "il", "ils", "elle", "elles", "on", "ce", "je", "tu", "nous", "vous", "moi", "toi",
          "lui", "leur", "le", "la", "les", "y", "en", "là", "ci", "même", "mêmes", "être");

  private final Set<String> words = new HashSet<>();

  /** Remembers the words of a line, but not one that may be broken. */
  void learn(String line) {
    int at = 0;
    while (at < line.length() && words.size() < MOST_WORDS) {
      while (at < line.length() && !isPart(line.charAt(at))) {
        at++;
      }
      int start = at;
      while (at < line.length() && isPart(line.charAt(at))) {
        at++;
      }
      if (at - start > 2 && at - start <= LONGEST_WORD && line.charAt(at - 1) != '-') {
        words.add(line.substring(start, at).toLowerCase(Locale.ROOT));
      }
    }
  }

  /** Two lines as one, when the first ends within a word; null when it does not. */
  @Nullable String joined(String line, String next) {
    int length = line.length();
    char last = line.charAt(length - 1);
    if (last == '\u00AD') {
      return line.substring(0, length - 1) + next;
    }
    boolean broken =
        last == '-'
            && length > 1
            && Character.isLetter(line.charAt(length - 2))
            && Character.isLowerCase(next.charAt(0));
    if (!broken) {
      return null;
    }
    int begin = length - 1;
    while (begin > 0 && isPart(line.charAt(begin - 1))) {
      begin--;
    }
    int end = 0;
    while (end < next.length() && isPart(next.charAt(end))) {
      end++;
    }
    String left = line.substring(begin, length - 1).toLowerCase(Locale.ROOT);
    String right = next.substring(0, end).toLowerCase(Locale.ROOT);
    boolean own =
        !words.contains(left + right)
            && (words.contains(left + "-" + right) || AFTER_HYPHEN.contains(right));
    return line.substring(0, own ? length : length - 1) + next;
  }

  private static boolean isPart(char c) {
    return Character.isLetter(c) || c == '-';
  }
}
