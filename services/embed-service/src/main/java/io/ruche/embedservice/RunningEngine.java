package io.ruche.embedservice;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.embedservice.engine.Engine;
import io.ruche.embedservice.engine.EngineConfig;
import io.ruche.embedservice.engine.assembly.Engines;
import io.ruche.embedservice.ingest.parts.ModelInUse;
import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** An engine from its start to its end. */
final class RunningEngine implements Lifecycle {

  private final Vertx vertx;
  private final EngineConfig config;
  private final MeterRegistry registry;
  private volatile @Nullable Engine engine;

  RunningEngine(Vertx vertx, EngineConfig config, MeterRegistry registry) {
    this.vertx = vertx;
    this.config = config;
    this.registry = registry;
  }

  @Override
  public Future<Void> start() {
    return Engines.start(vertx, config, registry)
        .map(
            started -> {
              engine = started;
              return null;
            });
  }

  @Override
  public Future<Void> stop() {
    Engine now = engine;
    return now == null ? Future.succeededFuture() : now.stop();
  }

  /**
   * The engine itself.
   *
   * @throws IllegalStateException before it has started
   */
  Engine engine() {
    Engine now = engine;
    if (now == null) {
      throw new IllegalStateException("the engine has not started");
    }
    return now;
  }

  ModelInUse model() {
    return new ModelInUse(engine().embedder(), engine().tokens());
  }

  Dependency state() {
    Engine now = engine;
    return now == null ? Dependency.down("not started") : now.state();
  }
}
