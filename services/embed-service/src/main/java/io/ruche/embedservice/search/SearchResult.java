package io.ruche.embedservice.search;

import java.util.List;

/**
 * What was found.
 *
 * @param hits the best first
 * @param dropped tokens at the end of the query that its vector does not stand for
 * @param reranked whether a reranker has read the best
 */
public record SearchResult(List<Hit> hits, int dropped, boolean reranked) {}
