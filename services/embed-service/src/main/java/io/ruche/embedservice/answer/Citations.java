package io.ruche.embedservice.answer;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer whose citations were checked.
 *
 * @param text without citations of passages that were not given
 * @param cited numbers of passages that the text refers to, in the order of their first mention
 * @param removed numbers that the model has made up
 */
public record Citations(String text, Set<Integer> cited, Set<Integer> removed) {

  /** {@code [1]}, {@code [1, 2]}, and how some models write it whatever they are told. */
  private static final Pattern MARK =
      Pattern.compile(
          "\\[(\\d{1,4}(?:\\s*[,;]\\s*\\d{1,4})*)]|\u3010(\\d{1,4})[^\u3011]{0,40}\u3011");

  /**
   * Checks an answer.
   *
   * @param passages how many were given, numbered from 1
   */
  public static Citations check(String answer, int passages) {
    Set<Integer> cited = new LinkedHashSet<>();
    Set<Integer> removed = new TreeSet<>();
    Matcher mark = MARK.matcher(answer);
    StringBuilder text = new StringBuilder();
    while (mark.find()) {
      String numbers = mark.group(1) != null ? mark.group(1) : mark.group(2);
      StringBuilder kept = new StringBuilder();
      for (String one : numbers.split("[,;]", -1)) {
        int number = Integer.parseInt(one.strip());
        if (number >= 1 && number <= passages) {
          cited.add(number);
          kept.append('[').append(number).append(']');
        } else {
          removed.add(number);
        }
      }
      mark.appendReplacement(text, Matcher.quoteReplacement(kept.toString()));
    }
    mark.appendTail(text);
    String clean = text.toString().replaceAll("[ \\t]+([.,;:])", "$1").strip();
    return new Citations(removed.isEmpty() ? text.toString().strip() : clean, cited, removed);
  }
}
