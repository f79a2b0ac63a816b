package io.ruche.auth.limits;

import org.jspecify.annotations.Nullable;

/**
 * A name of models in which each {@code *} stands for any characters, none included: {@code
 * openai/*}, {@code *-preview}, {@code gpt-*-mini}. Upper and lower case differ, as they do to most
 * providers, except where a pattern refuses: there a model must not pass in another case.
 */
public final class ModelPattern {

  /** Of a pattern, in characters. */
  public static final int MOST_LENGTH = 256;

  private ModelPattern() {}

  /** Whether a name is one that the pattern stands for, in time of the product of their lengths. */
  public static boolean matches(String pattern, String name) {
    return matches(pattern, name, false);
  }

  /** The same where upper and lower case are one. */
  public static boolean matchesInAnyCase(String pattern, String name) {
    return matches(pattern, name, true);
  }

  private static boolean matches(String pattern, String name, boolean anyCase) {
    int p = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length() && isOne(pattern.charAt(p), name.charAt(n), anyCase)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean isOne(char one, char other, boolean anyCase) {
    return one == other || (anyCase && folded(one) == folded(other));
  }

  /** By way of upper case, so that the long s and the Kelvin sign are s and k. */
  private static char folded(char c) {
    return Character.toLowerCase(Character.toUpperCase(c));
  }

  /** What is wrong with a pattern and what would be right, or null. */
  public static @Nullable String flaw(String pattern) {
    boolean right =
        !pattern.isEmpty()
            && pattern.length() <= MOST_LENGTH
            && pattern.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != ',');
    return right
        ? null
        : "'"
            + shown(pattern)
            + "' must be a model, an alias, or a pattern such as openai/*, of 1 to "
            + MOST_LENGTH
            + " visible ASCII characters without commas";
  }

  private static String shown(String text) {
    String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() > 80 ? printable.substring(0, 80) + "..." : printable;
  }
}
