package io.ruche.standalone.bench.embed;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.config.ByteSize;
import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Engine;
import io.ruche.embedservice.engine.EngineConfig;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.assembly.Engines;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import io.ruche.embedservice.engine.remote.RemoteConfig;
import io.ruche.embedservice.engine.schedule.QueueConfig;
import io.ruche.embedservice.engine.token.NativeFiles;
import io.ruche.embedservice.engine.token.Tokenizer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * embed-service's engine with the model that comes along, without its cache.
 *
 * @param model the model's file, for a reference to run
 */
record BenchEngine(Vertx vertx, NativeFiles files, Path model, Tokenizer tokenizer, Engine engine)
    implements AutoCloseable {

  private static final String MODEL = "bge-small-en-v1.5-q.onnx";
  private static final String TOKENIZER = "bge-small-en-v1.5-q-tokenizer.json";
  private static final long BOUND_S = 120;

  static BenchEngine start() throws Exception {
    ClassLoader loader = EngineConfig.class.getClassLoader();
    Vertx vertx = Vertx.vertx();
    NativeFiles files = NativeFiles.create();
    Path model = files.copy(loader, MODEL);
    Tokenizer tokenizer = Tokenizer.of(Files.readString(files.copy(loader, TOKENIZER)));
    Engine engine =
        Engines.start(vertx, config(), new SimpleMeterRegistry()).await(BOUND_S, TimeUnit.SECONDS);
    return new BenchEngine(vertx, files, model, tokenizer, engine);
  }

  Embedder embedder() {
    return engine.embedder();
  }

  /** Embeds some texts again and again, until it is over; completes after the last. */
  Future<Void> ingest(Ingestion ingestion) {
    return embedder()
        .embed(ingestion.texts(), Purpose.PASSAGE, Lane.BULK)
        .compose(ingestion::embedded)
        .compose(goOn -> goOn ? ingest(ingestion) : Future.succeededFuture());
  }

  private static EngineConfig config() {
    RemoteConfig nowhere =
        new RemoteConfig(
            null,
            null,
            null,
            0,
            512,
            null,
            null,
            32,
            2,
            Duration.ofSeconds(5),
            Duration.ofMinutes(2),
            3,
            new ByteSize(1 << 20));
    return new EngineConfig(
        EngineConfig.Kind.ONNX,
        OnnxConfig.bundled(),
        nowhere,
        RerankConfig.none(),
        new QueueConfig(600_000, 600_000),
        0,
        0);
  }

  @Override
  public void close() {
    try (files;
        tokenizer) {
      // One after the other: a future of a context of Vert.x cannot be told of anything once that
      // is closed.
      engine.stop().await(BOUND_S, TimeUnit.SECONDS);
      vertx.close().await(BOUND_S, TimeUnit.SECONDS);
    } catch (IOException | TimeoutException left) {
      throw new IllegalStateException("the engine could not be closed", left);
    }
  }
}
