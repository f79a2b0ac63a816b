package io.ruche.embedservice.search;

import io.ruche.embedservice.index.filter.Filter;
import io.ruche.http.Failure;
import io.ruche.http.Failure.Flaw;
import java.util.ArrayList;
import java.util.List;

/**
 * What is searched.
 *
 * @param query 1 to {@link #LONGEST_QUERY} characters, not all blank
 * @param mode how
 * @param top hits that are wanted, 1 to {@link #MOST_HITS}
 * @param filter what their metadata must be
 * @param language of the query's words, two letters; empty for every language of the space
 * @param explain whether each hit says where it stood in which list
 * @param rerank whether the best are read again by the reranker
 */
public record SearchRequest(
    String query,
    Mode mode,
    int top,
    Filter filter,
    String language,
    boolean explain,
    boolean rerank) {

  public static final int LONGEST_QUERY = 8_000;
  public static final int MOST_HITS = 100;

  /** Fails with a {@link Failure} of 422 that names every value that is wrong. */
  public SearchRequest {
    List<Flaw> flaws = new ArrayList<>();
    if (query.isBlank() || query.length() > LONGEST_QUERY) {
      flaws.add(new Flaw("/query", "a query has 1 to %d characters".formatted(LONGEST_QUERY)));
    }
    if (top < 1 || top > MOST_HITS) {
      flaws.add(new Flaw("/top", "top is 1 to %d, not %d".formatted(MOST_HITS, top)));
    }
    if (!flaws.isEmpty()) {
      throw Failure.unprocessable(flaws.getFirst().detail(), flaws);
    }
  }

  /** A search for passages in any language, without filter, explanation or reranker. */
  public static SearchRequest of(String query, Mode mode, int top) {
    return new SearchRequest(query, mode, top, Filter.NONE, "", false, false);
  }
}
