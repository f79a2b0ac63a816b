package io.ruche.embedservice;

import io.ruche.backbone.Backbone;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.engine.Reranker;
import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.ingest.parts.Makers;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.http.HttpApi;
import io.ruche.lifecycle.Lifecycle;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the service is put together from.
 *
 * @param models that texts are embedded with; asked for once the lifecycles have started
 * @param makers that make chunks of files
 * @param indexes makes the index of a model, not started yet
 * @param reranker judges passages again, if there is one; asked for once the lifecycles have
 *     started
 * @param endpoints more paths, such as {@code /v1/embeddings}
 * @param lifecycles what is started before everything else, by name, in order
 */
public record Parts(
    ModelsInUse models,
    Makers makers,
    Function<EmbeddingModel, ChunkIndex> indexes,
    Supplier<Optional<Reranker>> reranker,
    HttpApi.Endpoints endpoints,
    Map<String, Lifecycle> lifecycles) {

  /** Puts the parts together, as configured. */
  @FunctionalInterface
  public interface Maker {

    Parts make(Backbone backbone, EmbedServiceConfig config);
  }
}
