package io.ruche.embedservice.search;

import io.vertx.core.Future;
import java.util.List;

/** A model that reads a question and a text together. */
@FunctionalInterface
public interface Reranker {

  /** How well each text answers, in their order; the higher the better. */
  Future<List<Float>> score(String query, List<String> texts);
}
