package io.ruche.embedservice.ingest.parts;

import io.ruche.embedservice.document.Tokens;
import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.EmbeddingModel;

/** A model that this process can ask. */
public record ModelInUse(Embedder embedder, Tokens tokens) {

  public EmbeddingModel model() {
    return embedder.model();
  }
}
