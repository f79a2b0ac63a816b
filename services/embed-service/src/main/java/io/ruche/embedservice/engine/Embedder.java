package io.ruche.embedservice.engine;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Turns texts into vectors, in this process or elsewhere. Safe for all threads. */
public interface Embedder {

  /** What makes vectors comparable: those of another model are never mixed with these. */
  EmbeddingModel model();

  /**
   * One vector a text, in order. A text longer than the model takes is cut at its end, and its
   * embedding says so. Fails with a {@link io.ruche.http.Failure}: 429 with Retry-After when too
   * many tokens wait already, 503 when the engine is away.
   */
  Future<List<Embedding>> embed(List<String> texts, Purpose purpose, Lane lane);

  /**
   * As {@link #embed(List, Purpose, Lane)}, for a caller who may go away.
   *
   * @param gone whether nobody waits for it any more; asked on any thread, and quick
   */
  default Future<List<Embedding>> embed(
      List<String> texts, Purpose purpose, Lane lane, BooleanSupplier gone) {
    return embed(texts, purpose, lane);
  }
}
