package io.ruche.config.source;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the right name that a wrong one was most likely meant to be. */
public final class NearestName {

  /**
   * Longer names are not compared: they were not mistyped, and the comparison costs length squared.
   */
  private static final int LONGEST = 64;

  private NearestName() {}

  /**
   * The candidate with the fewest wrong, missing, surplus or swapped letters, when that is at most
   * a third of the name; case and {@code -} against {@code _} do not count.
   */
  public static Optional<String> of(String wrong, Collection<String> candidates) {
    if (wrong.length() > LONGEST) {
      return Optional.empty();
    }
    return candidates.stream()
        .filter(right -> right.length() <= LONGEST)
        .map(right -> new Guess(right, distance(plain(wrong), plain(right))))
        .filter(guess -> guess.distance() <= Math.max(1, guess.name().length() / 3))
        .min(Comparator.comparingInt(Guess::distance).thenComparing(Guess::name))
        .map(Guess::name);
  }

  private record Guess(String name, int distance) {}

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Optimal string alignment: each row needs the two before it, because a swap looks two back. */
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
