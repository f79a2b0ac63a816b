package io.ruche.standalone.bench.embed;

import io.ruche.embedservice.engine.Embedding;
import io.vertx.core.Future;
import java.util.List;

/** What is embedded without a pause. */
interface Ingestion {

  /** The next ones. */
  List<String> texts();

  /** Takes their embeddings; whether there is more to do. */
  Future<Boolean> embedded(List<Embedding> embeddings);
}
