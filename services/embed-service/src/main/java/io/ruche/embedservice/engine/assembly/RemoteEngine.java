package io.ruche.embedservice.engine.assembly;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.embedservice.document.Tokens;
import io.ruche.embedservice.engine.CachedQueries;
import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Engine;
import io.ruche.embedservice.engine.EngineConfig;
import io.ruche.embedservice.engine.Reranker;
import io.ruche.embedservice.engine.TokenInput;
import io.ruche.embedservice.engine.onnx.CrossEncoder;
import io.ruche.embedservice.engine.remote.RemoteEmbedder;
import io.ruche.embedservice.engine.schedule.Scheduler;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model elsewhere; what judges passages still runs here. */
final class RemoteEngine implements Engine {

  private final RemoteEmbedder embedder;
  private final Embedder cached;
  private final Judging judging;

  private RemoteEngine(RemoteEmbedder embedder, Embedder cached, Judging judging) {
    this.embedder = embedder;
    this.cached = cached;
    this.judging = judging;
  }

  static RemoteEngine of(
      Vertx vertx,
      EngineConfig config,
      RemoteEmbedder embedder,
      @Nullable CrossEncoder judge,
      MeterRegistry registry) {
    Scheduler scheduler = new Scheduler(config.usedCores(), config.queue(), registry);
    return new RemoteEngine(
        embedder,
        new CachedQueries(embedder, config.cachedQueries(), registry),
        new Judging(vertx, scheduler, judge));
  }

  @Override
  public Embedder embedder() {
    return cached;
  }

  @Override
  public Optional<TokenInput> tokenInput() {
    return Optional.empty();
  }

  @Override
  public Tokens tokens() {
    return embedder.tokens();
  }

  @Override
  public Optional<Reranker> reranker() {
    return judging.reranker();
  }

  @Override
  public Dependency state() {
    return embedder.state();
  }

  @Override
  public Future<Void> stop() {
    return embedder.stop().compose(closed -> judging.stop(() -> {}));
  }
}
