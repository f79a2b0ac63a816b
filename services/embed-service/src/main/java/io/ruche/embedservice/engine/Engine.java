package io.ruche.embedservice.engine;

import io.ruche.embedservice.document.Tokens;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import java.util.Optional;

/** An engine that is started. */
public interface Engine {

  /** Turns texts into vectors. */
  Embedder embedder();

  /** Takes tokens instead of texts; empty where the model is elsewhere. */
  Optional<TokenInput> tokenInput();

  /** How the model cuts texts; about so where the model is elsewhere. */
  Tokens tokens();

  /** Judges texts by a query; empty when no model for it is configured. */
  Optional<Reranker> reranker();

  /** Whether it can be used now; a cached state. */
  Dependency state();

  /** Refuses what waits, lets what runs end within a bound, and frees the models. */
  Future<Void> stop();
}
