package io.ruche.embedservice.engine.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.Engine;
import io.ruche.embedservice.engine.EngineConfig;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.TestModels;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.engine.onnx.Pooling;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import io.ruche.embedservice.engine.schedule.QueueConfig;
import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.ruche.testing.TestFolder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EnginesIT {

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private Path folder;

  @BeforeEach
  void make() throws Exception {
    folder = TestFolder.make("engines");
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
    TestFolder.delete(folder);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(60, TimeUnit.SECONDS);
  }

  private Engine start(EngineConfig config) throws Exception {
    return await(Engines.start(vertx, config, registry));
  }

  private static EngineConfig bundled(QueueConfig queue) {
    return TestModels.local(OnnxConfig.bundled(), RerankConfig.none(), queue);
  }

  @Test
  void aQueryIsAnsweredWhileAHundredThousandTokensWait() throws Exception {
    Engine engine = start(bundled(TestModels.WIDE));
    AtomicBoolean gone = new AtomicBoolean();
    Future<List<Embedding>> bulk =
        engine
            .embedder()
            .embed(
                Collections.nCopies(200, "the bees ".repeat(300)),
                Purpose.PASSAGE,
                Lane.BULK,
                gone::get);
    for (int i = 0; i < 5; i++) {
      await(
          engine.embedder().embed(List.of("where is query " + i), Purpose.QUERY, Lane.INTERACTIVE));
    }
    double waiting =
        registry.get("ruche_embed_engine_waiting_tokens").tag("lane", "bulk").gauge().value();
    assertTrue(waiting > 80_000, "still waiting: " + waiting);
    assertFalse(bulk.isComplete());
    gone.set(true);
    await(engine.stop());
    assertTrue(bulk.failed());
  }

  @Test
  void pastTheBoundTextsAreRefusedWithATime() throws Exception {
    Engine engine = start(bundled(new QueueConfig(8_192, 8_192)));
    List<String> many = Collections.nCopies(14, "the bees ".repeat(300));
    Future<List<Embedding>> first =
        engine.embedder().embed(many, Purpose.PASSAGE, Lane.INTERACTIVE);
    Future<List<Embedding>> second =
        engine.embedder().embed(many, Purpose.PASSAGE, Lane.INTERACTIVE);
    Failure refused = assertInstanceOf(Failure.class, second.cause());
    assertEquals(429, refused.status());
    assertTrue(Integer.parseInt(String.valueOf(refused.headers().get("Retry-After"))) >= 1);
    assertFalse(first.failed());
    await(engine.stop());
  }

  @Test
  void theStateIsDownOnceStopped() throws Exception {
    Engine engine =
        start(
            TestModels.local(
                TestModels.small(folder, Pooling.CLS, "last_hidden_state", false),
                TestModels.rerank(folder),
                TestModels.WIDE));
    assertEquals(Dependency.State.UP, engine.state().state());
    await(engine.stop());
    await(engine.stop());
    assertEquals(Dependency.State.DOWN, engine.state().state());
    assertThrows(
        Failure.class,
        () -> await(engine.embedder().embed(List.of("late"), Purpose.PASSAGE, Lane.BULK)));
  }

  @Test
  void aQueryIsRememberedAndAPassageIsNot() throws Exception {
    Engine engine =
        start(
            TestModels.local(
                TestModels.small(folder, Pooling.CLS, "last_hidden_state", false),
                RerankConfig.none(),
                TestModels.WIDE));
    for (int i = 0; i < 3; i++) {
      await(engine.embedder().embed(List.of("honey", "wax"), Purpose.QUERY, Lane.INTERACTIVE));
      await(engine.embedder().embed(List.of("honey"), Purpose.PASSAGE, Lane.INTERACTIVE));
    }
    assertEquals(4, lookups("hit"));
    assertEquals(2, lookups("miss"));
    assertEquals(
        5,
        registry
            .get("ruche_embed_engine_texts_total")
            .tag("lane", "interactive")
            .tag("result", "ok")
            .counter()
            .count());
    await(engine.stop());
  }

  private double lookups(String result) {
    return registry
        .get("ruche_embed_query_cache_lookups_total")
        .tag("result", result)
        .counter()
        .count();
  }

  @Test
  void theSmallModelOf32BitNumbersHasItsOwnDimensions() throws Exception {
    Engine engine =
        start(
            TestModels.local(
                TestModels.small(folder, Pooling.MEAN, "last_hidden_state", false),
                RerankConfig.none(),
                TestModels.WIDE));
    assertEquals(16, engine.embedder().model().dimensions());
    assertEquals("embedder", engine.embedder().model().name());
    Embedding embedding =
        await(engine.embedder().embed(List.of("bee ".repeat(100)), Purpose.PASSAGE, Lane.BULK))
            .getFirst();
    assertEquals(64, embedding.tokens());
    assertEquals(38, embedding.dropped());
    await(engine.stop());
  }

  @Test
  void aFileThatIsNoModelIsNamedWithItsSetting() throws Exception {
    OnnxConfig good = TestModels.small(folder, Pooling.CLS, "last_hidden_state", false);
    Files.writeString(folder.resolve("embedder.onnx"), "no model");
    Exception broken =
        assertThrows(
            Exception.class,
            () -> start(TestModels.local(good, RerankConfig.none(), TestModels.WIDE)));
    assertTrue(broken.getMessage().contains("engine.onnx"), broken.getMessage());
    Files.delete(folder.resolve("embedder.onnx"));
    Exception missing =
        assertThrows(
            Exception.class,
            () -> start(TestModels.local(good, RerankConfig.none(), TestModels.WIDE)));
    assertTrue(missing.getMessage().contains("there is no file"), missing.getMessage());
  }

  @Test
  void aModelThatJudgesNothingIsRefusedAsReranker() throws Exception {
    RerankConfig none = RerankConfig.none();
    RerankConfig wrong =
        new RerankConfig(
            TestModels.copy(folder, "models/embedder.onnx"),
            TestModels.tokenizer(folder),
            null,
            64,
            none.idsInput(),
            none.maskInput(),
            none.typesInput(),
            "sentence_embedding");
    Exception refused =
        assertThrows(
            Exception.class,
            () ->
                start(
                    TestModels.local(
                        TestModels.small(folder, Pooling.CLS, "last_hidden_state", false),
                        wrong,
                        TestModels.WIDE)));
    assertTrue(refused.getMessage().contains("engine.rerank"), refused.getMessage());
  }
}
