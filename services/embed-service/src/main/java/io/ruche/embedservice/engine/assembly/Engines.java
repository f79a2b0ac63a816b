package io.ruche.embedservice.engine.assembly;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.embedservice.engine.Engine;
import io.ruche.embedservice.engine.EngineConfig;
import io.ruche.embedservice.engine.onnx.CrossEncoder;
import io.ruche.embedservice.engine.onnx.OnnxModel;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import io.ruche.embedservice.engine.remote.RemoteEmbedder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts engines. */
public final class Engines {

  private static final Logger log = LoggerFactory.getLogger(Engines.class);

  private Engines() {}

  /**
   * Starts an engine as it is configured; fails with what is wrong with a model's files. Nothing is
   * fetched from anywhere, and a server of models need not be there yet.
   */
  public static Future<Engine> start(Vertx vertx, EngineConfig config, MeterRegistry registry) {
    return vertx.executeBlocking(() -> open(vertx, config, registry), false);
  }

  private static Engine open(Vertx vertx, EngineConfig config, MeterRegistry registry)
      throws IOException {
    CrossEncoder judge = judge(config.rerank());
    try {
      Engine engine =
          switch (config.kind()) {
            case ONNX -> LocalEngine.of(vertx, config, local(config), judge, registry);
            case OLLAMA, OPENAI ->
                RemoteEngine.of(
                    vertx, config, RemoteEmbedder.of(vertx, config, registry), judge, registry);
          };
      log.info(
          "engine {}: model {}, {} dimensions, {} tokens a text, {} cores, reranker {}",
          config.kind(),
          engine.embedder().model().name(),
          engine.embedder().model().dimensions(),
          engine.embedder().model().mostTokens(),
          config.usedCores(),
          judge == null ? "none" : "configured");
      return engine;
    } catch (IOException | RuntimeException e) {
      if (judge != null) {
        judge.close();
      }
      throw e;
    }
  }

  private static OnnxModel local(EngineConfig config) throws IOException {
    try {
      return OnnxModel.open(config.onnx());
    } catch (IOException e) {
      throw told("engine.onnx", e);
    }
  }

  private static @Nullable CrossEncoder judge(RerankConfig config) throws IOException {
    Path model = config.model();
    Path tokenizer = config.tokenizer();
    if (model == null || tokenizer == null) {
      return null;
    }
    try {
      return CrossEncoder.open(config, model, tokenizer);
    } catch (IOException e) {
      throw told("engine.rerank", e);
    }
  }

  private static IOException told(String section, IOException e) {
    String what =
        e instanceof NoSuchFileException missing
            ? "there is no file " + missing.getFile()
            : e.getMessage();
    return new IOException(section + " in embed-service.yaml: " + what, e);
  }
}
