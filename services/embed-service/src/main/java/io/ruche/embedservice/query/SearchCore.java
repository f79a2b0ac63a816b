package io.ruche.embedservice.query;

import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.parts.ModelInUse;
import io.vertx.core.Future;

/** Searches one index: dense, lexical or both, fused. */
@FunctionalInterface
public interface SearchCore {

  Future<Hits> search(
      Space space, Query query, ModelInUse model, ChunkIndex index, Passages passages);
}
