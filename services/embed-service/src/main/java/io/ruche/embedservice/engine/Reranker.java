package io.ruche.embedservice.engine;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Judges texts by how well they answer a query, both read together. Safe for all threads. */
public interface Reranker {

  /** The name of the model, as clients see it. */
  String name();

  /**
   * One score a text, in order, from 0 to 1, the higher the better. A pair that is longer than the
   * model takes is cut at the end of the text. Fails as {@link Embedder#embed} does.
   */
  Future<List<Float>> scores(String query, List<String> texts, Lane lane);

  /**
   * As {@link #scores(String, List, Lane)}.
   *
   * @param gone whether nobody waits for it any more; asked on any thread, and quick
   */
  default Future<List<Float>> scores(
      String query, List<String> texts, Lane lane, BooleanSupplier gone) {
    return scores(query, texts, lane);
  }
}
