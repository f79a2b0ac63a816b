package io.ruche.embedservice.query;

import io.ruche.embedservice.index.filter.Filter;

/**
 * What is searched for.
 *
 * @param top hits at most
 * @param explain whether each hit says how it got its place
 * @param rerank whether a reranker looks at the best hits, if there is one
 */
public record Query(
    String text, Mode mode, int top, Filter filter, boolean explain, boolean rerank) {

  /** Hits without a {@code top}. */
  public static final int DEFAULT_TOP = 10;

  /** Hits at most. */
  public static final int MOST = 100;

  /** Characters of a query at most. */
  public static final int LONGEST = 4_096;

  /** How it is searched. */
  public enum Mode {
    DENSE,
    BM25,
    HYBRID
  }
}
