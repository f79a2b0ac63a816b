package io.ruche.config;

import io.ruche.config.source.KeyPath;
import io.ruche.config.source.Problem;
import io.ruche.config.source.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gathers what is wrong with a configuration, to tell it all at once and without its secrets. */
final class Problems {

  private static final int MOST_LISTED = 100;

  /** Shorter secrets would turn up inside ordinary words. */
  private static final int SHORTEST_HIDDEN = 4;

  private final List<Problem> gathered = new ArrayList<>();
  private final Set<String> secrets = new HashSet<>();

  void add(Problem problem) {
    gathered.add(problem);
  }

  /** Keeps a secret out of the list, should a record's own message repeat it. */
  void hide(String secret) {
    if (secret.length() >= SHORTEST_HIDDEN) {
      secrets.add(secret);
    }
  }

  /**
   * Each problem once: those of one file together by line, files in the order of their first
   * problem.
   */
  List<String> list() {
    List<String> sources = gathered.stream().map(Problem::source).distinct().toList();
    List<String> all =
        gathered.stream()
            .sorted(
                Comparator.comparing((Problem problem) -> sources.indexOf(problem.source()))
                    .thenComparing(
                        problem -> problem.line() == 0 ? Integer.MAX_VALUE : problem.line()))
            .map(this::told)
            .distinct()
            .toList();
    if (all.size() <= MOST_LISTED) {
      return all;
    }
    List<String> listed = new ArrayList<>(all.subList(0, MOST_LISTED));
    listed.add("and " + (all.size() - MOST_LISTED) + " more");
    return listed;
  }

  private String told(Problem problem) {
    String text = SecretUri.redactedText(problem.text());
    for (String secret : secrets) {
      text = text.replace(secret, "***");
    }
    KeyPath path = new KeyPath(SecretUri.redactedText(problem.path().text()));
    return new Problem(problem.source(), problem.line(), path, Shown.line(text)).toString();
  }
}
