package io.ruche.embedservice.engine.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.config.Secret;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.EngineConfig;
import io.ruche.embedservice.engine.EngineConfig.Kind;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.TestModels;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import io.ruche.embedservice.engine.schedule.QueueConfig;
import io.ruche.embedservice.vector.Vector;
import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RemoteEmbedderIT {

  private final Vertx vertx = Vertx.vertx();
  private ModelServerStub server;
  private RemoteEmbedder embedder;

  @BeforeEach
  void start() throws Exception {
    server = new ModelServerStub(vertx);
    embedder = embedder(Kind.OLLAMA, TestModels.remote(server.url(), ModelServerStub.DIMENSIONS));
  }

  @AfterEach
  void stop() throws Exception {
    embedder.stop().await(10, TimeUnit.SECONDS);
    server.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private RemoteEmbedder embedder(Kind kind, RemoteConfig remote) {
    return embedder(kind, remote, TestModels.WIDE);
  }

  private RemoteEmbedder embedder(Kind kind, RemoteConfig remote, QueueConfig queue) {
    EngineConfig config =
        new EngineConfig(kind, OnnxConfig.bundled(), remote, RerankConfig.none(), queue, 1, 0);
    return RemoteEmbedder.of(vertx, config, new SimpleMeterRegistry());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }

  private List<Embedding> embed(String... texts) throws Exception {
    return await(embedder.embed(List.of(texts), Purpose.PASSAGE, Lane.BULK));
  }

  private Failure failure(String... texts) {
    try {
      embed(texts);
    } catch (Exception e) {
      return assertInstanceOf(Failure.class, e);
    }
    throw new AssertionError("it did not fail");
  }

  private static Vector vector(String text) {
    return Vector.normalized(new float[] {text.length(), 1, 0, 0});
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"OLLAMA", "OPENAI"})
  void vectorsComeInOrderInBatches(Kind kind) throws Exception {
    RemoteEmbedder asked =
        embedder(kind, TestModels.remote(server.url(), ModelServerStub.DIMENSIONS));
    List<String> texts = IntStream.range(0, 11).mapToObj(i -> "x".repeat(i + 1)).toList();
    List<Embedding> embeddings = await(asked.embed(texts, Purpose.QUERY, Lane.INTERACTIVE));
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(vector(texts.get(i)), embeddings.get(i).vector());
      assertEquals(0, embeddings.get(i).dropped());
    }
    assertEquals(3, server.asked.size());
    assertTrue(server.most.get() <= 2);
    assertEquals(kind == Kind.OLLAMA ? "/api/embed" : "/v1/embeddings", server.paths.getFirst());
    await(asked.stop());
  }

  @Test
  void theKeyAndThePrefixGoAlong() throws Exception {
    RemoteConfig plain = TestModels.remote(URI.create(server.url() + "/v2/"), 4);
    RemoteConfig keyed =
        new RemoteConfig(
            plain.url(),
            new Secret("sk-1"),
            plain.model(),
            4,
            32,
            "query: ",
            null,
            4,
            2,
            plain.connectTimeout(),
            plain.timeout(),
            0,
            plain.maxAnswer());
    RemoteEmbedder asked = embedder(Kind.OPENAI, keyed);
    await(asked.embed(List.of("honey"), Purpose.QUERY, Lane.INTERACTIVE));
    assertEquals("Bearer sk-1", server.authorization);
    assertEquals("query: honey", server.asked.getFirst().getJsonArray("input").getString(0));
    assertEquals("/v2/embeddings", server.paths.getFirst());
    await(asked.stop());
  }

  @Test
  void aTextPastTheLimitIsCutHereAndSaysSo() throws Exception {
    Embedding embedding = embed("bee ".repeat(100)).getFirst();
    assertTrue(embedding.truncated());
    assertEquals(70, embedding.dropped());
    assertEquals("bee ".repeat(30), server.asked.getFirst().getJsonArray("input").getString(0));
    assertEquals(false, server.asked.getFirst().getBoolean("truncate"));
  }

  @Test
  void aTextThatTheServerFindsTooLongIsCutFurtherAndTheOthersAreNot() throws Exception {
    RemoteConfig plain = TestModels.remote(server.url(), 4);
    RemoteConfig wrong =
        new RemoteConfig(
            plain.url(),
            null,
            plain.model(),
            4,
            80,
            null,
            null,
            4,
            2,
            plain.connectTimeout(),
            plain.timeout(),
            0,
            plain.maxAnswer());
    RemoteEmbedder asked = embedder(Kind.OLLAMA, wrong);
    List<Embedding> embeddings =
        await(
            asked.embed(
                List.of("honey", "bee ".repeat(60).strip(), "wax"), Purpose.PASSAGE, Lane.BULK));
    assertEquals(vector("honey"), embeddings.get(0).vector());
    assertEquals(0, embeddings.get(0).dropped());
    assertTrue(embeddings.get(1).dropped() >= 20, "dropped " + embeddings.get(1).dropped());
    assertEquals(vector("wax"), embeddings.get(2).vector());
    await(asked.stop());
  }

  @Test
  void aServerAtItsLimitIsAskedAgainWhenItSays() throws Exception {
    long began = System.nanoTime();
    server.instead =
        (request, number) -> {
          if (number > 0) {
            return false;
          }
          request.response().setStatusCode(429).putHeader("Retry-After", "1").end();
          return true;
        };
    assertEquals(vector("honey"), embed("honey").getFirst().vector());
    assertTrue(System.nanoTime() - began >= 1_000_000_000L);
    assertEquals(2, server.asked.size());
  }

  @Test
  void aServerThatStaysAtItsLimitIsAFailureWithATime() {
    server.instead =
        (request, number) -> {
          request.response().setStatusCode(429).end();
          return true;
        };
    Failure failure = failure("honey");
    assertEquals(429, failure.status());
    assertTrue(failure.headers().containsKey("Retry-After"));
    assertEquals(3, server.asked.size());
  }

  @Test
  void aServerThatIsAwayIsSeenInTheStateUntilItIsBack() throws Exception {
    server.instead =
        (request, number) -> {
          request.response().setStatusCode(503).end();
          return true;
        };
    assertEquals(503, failure("honey").status());
    assertEquals(Dependency.State.DOWN, embedder.state().state());
    server.instead = null;
    embed("honey");
    assertEquals(Dependency.State.UP, embedder.state().state());
  }

  @Test
  void noConnectionIsAFailureThatNamesTheServer() throws Exception {
    server.close();
    Failure failure = failure("honey");
    assertEquals(503, failure.status());
    assertTrue(failure.detail().contains("127.0.0.1:" + server.url().getPort()), failure.detail());
  }

  @Test
  void aServerThatDoesNotAnswerIsGivenUp() {
    server.instead = (request, number) -> true;
    RemoteConfig plain = TestModels.remote(server.url(), 4);
    RemoteConfig impatient =
        new RemoteConfig(
            plain.url(),
            null,
            plain.model(),
            4,
            32,
            null,
            null,
            4,
            1,
            plain.connectTimeout(),
            java.time.Duration.ofMillis(200),
            0,
            plain.maxAnswer());
    embedder = embedder(Kind.OLLAMA, impatient);
    assertEquals(503, failure("honey").status());
    assertEquals(503, failure("honey").status());
  }

  @Test
  void vectorsOfOtherDimensionsAreRefused() {
    embedder = embedder(Kind.OLLAMA, TestModels.remote(server.url(), 3));
    Failure failure = failure("honey");
    assertEquals(502, failure.status());
    assertTrue(failure.detail().contains("4 numbers, and 3 are configured"), failure.detail());
  }

  @Test
  void tooFewVectorsAreRefused() {
    server.instead =
        (request, number) -> {
          request.response().end("{\"embeddings\": [[1, 2, 3, 4]]}");
          return true;
        };
    assertTrue(failure("honey", "wax").detail().contains("1 vectors for 2 texts"));
  }

  @Test
  void anAnswerPastTheLimitIsNotReadOn() {
    server.instead =
        (request, number) -> {
          request.response().setChunked(true);
          request.response().write("[" + "1,".repeat(100_000));
          return true;
        };
    Failure failure = failure("honey");
    assertEquals(502, failure.status());
    assertTrue(failure.detail().contains("max-answer"), failure.detail());
  }

  @Test
  void whatIsNoAnswerIsRefused() {
    server.instead =
        (request, number) -> {
          request.response().end("<html>");
          return true;
        };
    assertEquals("upstream_unreadable", failure("honey").code());
  }

  @Test
  void aRefusalIsToldWithTheServersWords() {
    server.instead =
        (request, number) -> {
          request.response().setStatusCode(404).end("{\"error\": \"model not found, pull it\"}");
          return true;
        };
    Failure failure = failure("honey");
    assertEquals(502, failure.status());
    assertTrue(failure.detail().contains("pull it"), failure.detail());
    assertEquals(1, server.asked.size());
  }

  @Test
  void aQueryOvertakesTheBulkThatWaits() throws Exception {
    RemoteEmbedder one =
        embedder(Kind.OLLAMA, TestModels.remote(server.url(), ModelServerStub.DIMENSIONS));
    Future<List<Embedding>> bulk =
        one.embed(Collections.nCopies(200, "bulk"), Purpose.PASSAGE, Lane.BULK);
    await(one.embed(List.of("query"), Purpose.QUERY, Lane.INTERACTIVE));
    int place =
        server.asked.stream()
            .map(body -> body.getJsonArray("input").getString(0))
            .toList()
            .indexOf("query");
    assertTrue(place <= 3, "place " + place);
    await(bulk);
    await(one.stop());
  }

  @Test
  void pastTheBoundTextsAreRefusedWithATime() throws Exception {
    server.instead = (request, number) -> number < 2;
    RemoteEmbedder small =
        embedder(
            Kind.OLLAMA,
            TestModels.remote(server.url(), ModelServerStub.DIMENSIONS),
            new QueueConfig(8_192, 8_192));
    List<String> many = Collections.nCopies(240, "bee ".repeat(30));
    Future<List<Embedding>> first = small.embed(many, Purpose.PASSAGE, Lane.BULK);
    Future<List<Embedding>> second = small.embed(many, Purpose.PASSAGE, Lane.BULK);
    assertTrue(second.failed());
    Failure refused = assertInstanceOf(Failure.class, second.cause());
    assertEquals(429, refused.status());
    assertTrue(Integer.parseInt(String.valueOf(refused.headers().get("Retry-After"))) >= 1);
    await(small.stop());
    assertTrue(first.isComplete() || !first.succeeded());
  }

  @Test
  void whatNobodyWaitsForIsNotAsked() throws Exception {
    Future<List<Embedding>> gone =
        embedder.embed(List.of("honey"), Purpose.PASSAGE, Lane.BULK, () -> true);
    assertTrue(gone.isComplete());
    embed("wax");
    assertEquals(1, server.asked.size());
  }

  @Test
  void tokensAreAboutCountedAndNeverTooFewForWords() {
    assertEquals(4, embedder.tokens().count("Bees make honey"));
    assertEquals(0, embedder.tokens().count(" \n"));
    assertEquals(3, embedder.tokens().count("\u65E5\u672C\u8A9E"));
    assertEquals(1, embedder.tokens().starts("  \uD83D\uDC1D").length);
    assertNull(server.authorization);
  }
}
