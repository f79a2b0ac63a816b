package io.ruche.embedservice.search;

import io.ruche.embedservice.index.text.Language;
import io.ruche.embedservice.index.text.Term;
import io.ruche.embedservice.search.Hit.Range;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The words of a query in a passage, compared as BM25 compares them; those that say nothing by
 * themselves are not marked.
 */
final class Highlights {

  /** Of one passage. */
  static final int MOST = 200;

  /** French for both, and so looked for by BM25; marked where nothing else is asked for. */
  private static final String IS_OR_EAST = "est";

  private final String query;
  private final Map<Language, Set<String>> words = new EnumMap<>(Language.class);

  Highlights(String query) {
    this.query = query;
  }

  /** In order, none overlapping; the article before an apostrophe is not part of its word. */
  List<Range> in(String text, String code) {
    Language language = Language.of(code);
    Set<String> wanted = words.computeIfAbsent(language, each -> wanted(each.tellingTerms(query)));
    List<Range> ranges = new ArrayList<>();
    for (Term term : language.terms(text)) {
      if (wanted.contains(term.text()) && ranges.size() < MOST) {
        ranges.add(new Range(withoutArticle(text, term), term.end()));
      }
    }
    return ranges;
  }

  private static Set<String> wanted(List<String> telling) {
    Set<String> wanted = new HashSet<>(telling);
    if (wanted.size() > 1) {
      wanted.remove(IS_OR_EAST);
    }
    return wanted;
  }

  /** An analyzer gives a word with its article; what is compared begins behind it. */
  private static int withoutArticle(String text, Term term) {
    for (int i = term.start(); i < Math.min(term.end(), term.start() + 8); i++) {
      boolean apostrophe = text.charAt(i) == '\'' || text.charAt(i) == '\u2019';
      if (apostrophe && term.text().indexOf('\'') < 0 && i + 2 < term.end()) {
        return i + 1;
      }
    }
    return term.start();
  }
}
