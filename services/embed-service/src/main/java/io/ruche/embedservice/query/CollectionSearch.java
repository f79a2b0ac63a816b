package io.ruche.embedservice.query;

import io.ruche.embedservice.engine.Reranker;
import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.parts.Indexes;
import io.ruche.embedservice.ingest.parts.ModelInUse;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.embedservice.registry.ChunkTable;
import io.ruche.embedservice.registry.CollectionRow;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.embedservice.search.HybridSearch;
import io.ruche.embedservice.search.SearchConfig;
import io.ruche.embedservice.search.SearchRequest;
import io.ruche.embedservice.search.SearchResult;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Searches a collection by the model that it has now. */
public final class CollectionSearch implements Searching {

  private static final Duration UNTIL_MOVED = Duration.ofSeconds(10);

  private final CollectionTable collections;
  private final ChunkTable chunks;
  private final ModelsInUse models;
  private final Indexes indexes;
  private final Supplier<Optional<Reranker>> reranker;
  private final SearchConfig config;

  public CollectionSearch(
      CollectionTable collections,
      ChunkTable chunks,
      ModelsInUse models,
      Indexes indexes,
      Supplier<Optional<Reranker>> reranker,
      SearchConfig config) {
    this.collections = collections;
    this.chunks = chunks;
    this.models = models;
    this.indexes = indexes;
    this.reranker = reranker;
    this.config = config;
  }

  @Override
  public Future<SearchResult> search(Space space, SearchRequest request) {
    return model(space)
        .compose(
            model ->
                indexes
                    .of(model.model())
                    .compose(index -> searchOf(model, index).search(space, request)));
  }

  private HybridSearch searchOf(ModelInUse model, ChunkIndex index) {
    String identity = model.model().identity();
    return new HybridSearch(
        index,
        model.embedder(),
        (space, ids) -> chunks.find(space, identity, ids),
        reranker.get().orElse(null),
        config);
  }

  /** Completes once searches of a collection see all that was indexed before. */
  public Future<Void> refresh(Space space) {
    return model(space)
        .compose(model -> indexes.of(model.model()))
        .compose(index -> index.refresh());
  }

  private Future<ModelInUse> model(Space space) {
    return collections
        .find(space)
        .map(
            collection -> {
              if (collection == null) {
                throw Failure.notFound(
                    "There is no collection '"
                        + space.collection()
                        + "'; it is made by the first document that is put into it.");
              }
              return model(collection);
            });
  }

  private ModelInUse model(CollectionRow collection) {
    return models
        .of(collection.active())
        .orElseThrow(
            () ->
                Failure.unavailable(
                    "The collection has vectors of a model that is not configured any more; it can"
                        + " be searched once it has been moved to the present one.",
                    UNTIL_MOVED));
  }
}
