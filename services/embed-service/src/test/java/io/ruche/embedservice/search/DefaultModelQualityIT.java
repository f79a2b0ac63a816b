package io.ruche.embedservice.search;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.embedservice.engine.Engine;
import io.ruche.embedservice.engine.TestModels;
import io.ruche.embedservice.engine.assembly.Engines;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the model that comes along finds, by meaning, by words and by both; the floors are a little
 * below today's.
 */
final class DefaultModelQualityIT {

  private static Vertx vertx;
  private static Engine engine;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    engine =
        Engines.start(
                vertx,
                TestModels.local(OnnxConfig.bundled(), RerankConfig.none(), TestModels.WIDE),
                new SimpleMeterRegistry())
            .await(60, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    engine.stop().await(60, TimeUnit.SECONDS);
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({"fr, 0.72, 0.60, 0.75", "en, 0.73, 0.90, 0.90"})
  void answersStandAmongTheFirst(String language, double bm25, double dense, double hybrid)
      throws Exception {
    Map<Mode, Double> gains = new SearchQuality(language).measure(engine.embedder());
    System.out.printf(
        "nDCG@10, %s: BM25 %.3f, dense %.3f, hybrid %.3f%n",
        language, gains.get(Mode.BM25), gains.get(Mode.DENSE), gains.get(Mode.HYBRID));
    assertTrue(gains.getOrDefault(Mode.BM25, 0.0) >= bm25, gains.toString());
    assertTrue(gains.getOrDefault(Mode.DENSE, 0.0) >= dense, gains.toString());
    assertTrue(gains.getOrDefault(Mode.HYBRID, 0.0) >= hybrid, gains.toString());
  }
}
