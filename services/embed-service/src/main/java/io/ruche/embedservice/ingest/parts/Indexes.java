package io.ruche.embedservice.ingest.parts;

import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The index of each model in use: opened when it is first needed, closed at the end. */
public final class Indexes implements Lifecycle {

  private final ModelsInUse models;
  private final Function<EmbeddingModel, ChunkIndex> opener;
  private final Map<String, Opened> opened = new ConcurrentHashMap<>();
  private volatile boolean stopped;

  private record Opened(ChunkIndex index, Future<ChunkIndex> ready) {}

  /**
   * @param opener makes the index of a model, not started yet
   */
  public Indexes(ModelsInUse models, Function<EmbeddingModel, ChunkIndex> opener) {
    this.models = models;
    this.opener = opener;
  }

  /** Opens the index of the current model. */
  @Override
  public Future<Void> start() {
    return of(models.current().model()).mapEmpty();
  }

  @Override
  public Future<Void> stop() {
    stopped = true;
    return Future.join(opened.values().stream().map(one -> one.index().stop()).toList()).mapEmpty();
  }

  /** The started index of a model. */
  public Future<ChunkIndex> of(EmbeddingModel model) {
    if (stopped) {
      return Future.failedFuture(new IllegalStateException("the indexes are closed"));
    }
    Opened one = opened.computeIfAbsent(model.identity(), identity -> open(model));
    if (one.ready().failed()) {
      opened.remove(model.identity(), one);
    }
    return one.ready();
  }

  private Opened open(EmbeddingModel model) {
    ChunkIndex index = opener.apply(model);
    return new Opened(index, index.start().map(index));
  }

  /** The worst state of the indexes that are open. */
  public Dependency state() {
    List<Dependency> states = opened.values().stream().map(one -> one.index().state()).toList();
    return states.stream()
        .filter(state -> state.state() == Dependency.State.DOWN)
        .findFirst()
        .orElse(states.isEmpty() ? Dependency.down("not opened yet") : Dependency.up());
  }
}
