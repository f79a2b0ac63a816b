package io.ruche.embedservice.query;

import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.search.SearchRequest;
import io.ruche.embedservice.search.SearchResult;
import io.vertx.core.Future;

/** Searches a collection. Safe for all threads. */
@FunctionalInterface
public interface Searching {

  /** What is found; fails with a {@link io.ruche.http.Failure}, 404 without the collection. */
  Future<SearchResult> search(Space space, SearchRequest request);
}
