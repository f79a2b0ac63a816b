package io.ruche.embedservice.query;

import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.parts.Indexes;
import io.ruche.embedservice.ingest.parts.ModelInUse;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.embedservice.registry.ChunkTable;
import io.ruche.embedservice.registry.CollectionRow;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.time.Duration;

/** Searches a collection by the model that it has now. */
public final class CollectionSearch implements Searching {

  private static final Duration UNTIL_MOVED = Duration.ofSeconds(10);

  private final CollectionTable collections;
  private final ChunkTable chunks;
  private final ModelsInUse models;
  private final Indexes indexes;
  private final SearchCore core;

  public CollectionSearch(
      CollectionTable collections,
      ChunkTable chunks,
      ModelsInUse models,
      Indexes indexes,
      SearchCore core) {
    this.collections = collections;
    this.chunks = chunks;
    this.models = models;
    this.indexes = indexes;
    this.core = core;
  }

  @Override
  public Future<Hits> search(Space space, Query query) {
    return model(space)
        .compose(
            model ->
                indexes
                    .of(model.model())
                    .compose(
                        index ->
                            core.search(
                                space,
                                query,
                                model,
                                index,
                                (asked, ids) ->
                                    chunks.find(asked, model.model().identity(), ids))));
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
