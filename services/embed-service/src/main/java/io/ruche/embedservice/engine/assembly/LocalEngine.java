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
import io.ruche.embedservice.engine.onnx.OnnxEmbedder;
import io.ruche.embedservice.engine.onnx.OnnxModel;
import io.ruche.embedservice.engine.schedule.Scheduler;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model in this process. */
final class LocalEngine implements Engine {

  private final OnnxModel model;
  private final OnnxEmbedder embedder;
  private final Embedder cached;
  private final Judging judging;

  private LocalEngine(OnnxModel model, OnnxEmbedder embedder, Embedder cached, Judging judging) {
    this.model = model;
    this.embedder = embedder;
    this.cached = cached;
    this.judging = judging;
  }

  static LocalEngine of(
      Vertx vertx,
      EngineConfig config,
      OnnxModel model,
      @Nullable CrossEncoder judge,
      MeterRegistry registry) {
    Scheduler scheduler = new Scheduler(config.usedCores(), config.queue(), registry);
    OnnxEmbedder embedder = new OnnxEmbedder(model, scheduler, registry);
    return new LocalEngine(
        model,
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
    return Optional.of(embedder);
  }

  @Override
  public Tokens tokens() {
    return model.tokenizer();
  }

  @Override
  public Optional<Reranker> reranker() {
    return judging.reranker();
  }

  @Override
  public Dependency state() {
    return judging.state();
  }

  @Override
  public Future<Void> stop() {
    return judging.stop(model::close);
  }
}
