package io.ruche.embedservice.engine;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Takes texts that are cut into the model's own tokens already. Safe for all threads. */
public interface TokenInput {

  /** One more than the highest id of a token. */
  int vocabulary();

  /**
   * One vector a sequence of ids, all of the vocabulary, at least one each; with the model's own
   * marks or without. As {@link Embedder#embed} otherwise.
   */
  Future<List<Embedding>> embedTokens(List<int[]> sequences, Lane lane, BooleanSupplier gone);
}
