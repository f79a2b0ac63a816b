package io.ruche.embedservice.chunk;

import java.util.Locale;
import java.util.Set;

/**
 * Where sentences of French and English end. Own rules, since those of a JDK change with it, and
 * with them every chunk. Reads each character a bounded number of times.
 */
final class Sentences {

  private static final int LONGEST_ABBREVIATION = 8;

  private static final Set<String> ABBREVIATIONS =
      Set.of(
          // French
          "m",
          "mm",
          "mme",
          "mmes",
          "mlle",
          "mlles",
          "dr",
          "pr",
          "mgr",
          "st",
          "ste",
          "art",
          "al",
          "cf",
          "p",
          "pp",
          "vol",
          "chap",
          "fig",
          "tab",
          "réf",
          "ref",
          "éd",
          "ed",
          "env",
          "max",
          "min",
          "tél",
          "tel",
          "n",
          "av",
          "apr",
          "bd",
          "boul",
          "c.-à-d",
          "ex",
          "hab",
          "inc",
          "obs",
          "op",
          "ann",
          "alin",
          "sect",
          "janv",
          "févr",
          "juil",
          "sept",
          "oct",
          "nov",
          "déc",
          // English
          "mr",
          "mrs",
          "ms",
          "prof",
          "sr",
          "jr",
          "vs",
          "e.g",
          "i.e",
          "eg",
          "ie",
          "approx",
          "dept",
          "ch",
          "sec",
          "eq",
          "ltd",
          "co",
          "corp",
          "jan",
          "feb",
          "mar",
          "jun",
          "jul",
          "aug",
          "dec",
          "gen",
          "col",
          "sgt",
          "capt",
          "rev",
          "hon",
          "viz");

  private Sentences() {}

  /** The end of the sentence that begins at a place; the limit when no sentence ends before. */
  static int end(String text, int from, int limit) {
    for (int i = from; i < limit; i++) {
      char c = text.charAt(i);
      if (isWideStop(c)) {
        return closed(text, i + 1, limit);
      }
      if (!isStop(c)) {
        continue;
      }
      int stop = i;
      while (i + 1 < limit && isStop(text.charAt(i + 1))) {
        i++;
      }
      int end = closed(text, i + 1, limit);
      if (end >= limit) {
        return limit;
      }
      if (!Character.isWhitespace(text.charAt(end)) && text.charAt(end) != '\u00A0') {
        continue;
      }
      if (opens(text, end, limit) && !(c == '.' && i == stop && isAbbreviated(text, from, stop))) {
        return end;
      }
    }
    return limit;
  }

  /** Behind the marks that close what the stop ends: quotes, brackets, a guillemet after space. */
  private static int closed(String text, int from, int limit) {
    int at = from;
    while (at < limit) {
      char c = text.charAt(at);
      if (c == ')' || c == ']' || c == '"' || c == '\u201D' || c == '\u2019' || c == '\u00BB') {
        at++;
      } else if (isSpace(c) && at + 1 < limit && text.charAt(at + 1) == '\u00BB') {
        at += 2;
      } else {
        return at;
      }
    }
    return at;
  }

  /** Whether what follows can be the beginning of a sentence. */
  private static boolean opens(String text, int from, int limit) {
    int at = from;
    while (at < limit
        && at - from < 64
        && (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '\u00A0')) {
      at++;
    }
    return at >= limit || !Character.isLowerCase(text.charAt(at));
  }

  private static boolean isAbbreviated(String text, int from, int stop) {
    int start = stop;
    while (start > from
        && stop - start <= LONGEST_ABBREVIATION
        && (Character.isLetter(text.charAt(start - 1))
            || text.charAt(start - 1) == '.'
            || text.charAt(start - 1) == '-')) {
      start--;
    }
    String word = text.substring(start, stop);
    if (word.length() == 1) {
      // An initial, or the end of a list such as "annexe B."; the first is the more frequent.
      return Character.isUpperCase(word.charAt(0))
          || ABBREVIATIONS.contains(word.toLowerCase(Locale.ROOT));
    }
    return ABBREVIATIONS.contains(word.toLowerCase(Locale.ROOT));
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\u00A0' || c == '\u202F';
  }

  private static boolean isStop(char c) {
    return c == '.' || c == '!' || c == '?' || c == '\u2026';
  }

  /** Stops of scripts that put no space between sentences. */
  private static boolean isWideStop(char c) {
    return c == '\u3002' || c == '\uFF01' || c == '\uFF1F';
  }
}
