package io.ruche.aiproxy.cache;

import static io.ruche.aiproxy.CachedScene.body;
import static io.ruche.aiproxy.CachedScene.cache;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.CachedScene;
import io.ruche.aiproxy.TestKeys;
import io.ruche.auth.limits.Limits;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.testing.PostgresProcess;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What answers that are kept take from limits and leave in the ledger, for HTTP and for commands.
 */
final class CacheAccountingIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String MODELS =
      """
      kept: {targets: [[{provider: alpha, model: m}]], cache: {timeout: 1s, ttl: 10m}}
      near:
        targets: [[{provider: alpha, model: m}]]
        cache: {timeout: 1s, ttl: 10m, semantic: {provider: alpha, model: bag-of-words, threshold: 0.8}}
      """;
  private static final String PRICES =
      """
      prices: {alpha: {m: [{input: 1, output: 2}], bag-of-words: [{input: 0.5}]}}
      """;
  private static final String HELLO = body("kept", "Hello", "\"max_tokens\":100,");
  private static final String ROWS =
      "SELECT string_agg(concat_ws(' ', source, coalesce(provider, '-'), status, outcome,"
          + " input_tokens, output_tokens, usage_source, cost_nano), ', ' ORDER BY id)"
          + " FROM ruche_ai.request";
  private static final String NEAR =
      body("near", "How do I reset my password", "\"max_tokens\":100,");
  private static final String NEARER =
      body("near", "Password: how do I reset my password", "\"max_tokens\":100,");
  private static final String EMBEDDED = "alpha 200 ok 8 0 provider 4000";
  private static final String ASKED = "alpha 200 ok 12 7 provider 26000";
  private static final String CACHED = "- 200 cached 0 0 none 0";

  @TempDir private Path folder;
  private PostgresProcess database;
  private String name = "";
  private CachedScene scene;

  @BeforeEach
  void open() throws Exception {
    database = PostgresProcess.start();
    name = database.newDatabase();
    scene = CachedScene.open(folder, MODELS, PRICES, database.url(name));
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
    database.close();
  }

  private void awaitRows(int count, String rows) throws Exception {
    await()
        .atMost(BOUND)
        .ignoreExceptions()
        .until(() -> read("SELECT count(*) FROM ruche_ai.request").equals("" + count));
    assertEquals(rows, read(ROWS));
  }

  private String read(String sql) throws Exception {
    return String.valueOf(database.read(name, sql));
  }

  @Test
  void aHitIsARowThatCostsNothing() throws Exception {
    scene.ask(HELLO);
    assertEquals("hit", cache(scene.ask(HELLO)));

    awaitRows(2, "http " + ASKED + ", http " + CACHED);
  }

  @Test
  void aHitTakesOneRequestOfTheLimitsAndNoTokensAndNoMoney() throws Exception {
    scene.ask(HELLO);
    // Enough for the price and the tokens of no request at all.
    scene.use(
        TestKeys.limited("koff", "app", new Limits(3, null, 200L, null, null, null, 1_000_000L)));

    HttpResponse<String> first = scene.ask(HELLO);
    assertEquals("hit", cache(first));
    assertEquals("3", first.headers().firstValue("x-ratelimit-limit-requests").orElse(""));
    assertEquals("2", first.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));
    assertEquals("200", first.headers().firstValue("x-ratelimit-remaining-tokens").orElse(""));
    assertEquals("hit", cache(scene.ask(HELLO)));
    assertEquals("hit", cache(scene.ask(HELLO)));

    HttpResponse<String> fourth = scene.ask(HELLO);
    assertEquals(429, fourth.statusCode(), fourth.body());
    assertTrue(fourth.headers().firstValue("retry-after").isPresent());
    assertEquals(1, scene.provider().requests());
  }

  @Test
  void aMissTakesOneRequestAndNotTwo() throws Exception {
    scene.use(TestKeys.limited("koff", "app", new Limits(3, null, null, null, 1, null, null)));

    HttpResponse<String> first = scene.ask(HELLO);

    assertEquals("miss", cache(first));
    assertEquals("2", first.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));
  }

  @Test
  void anEmbeddingIsARowOfTheKeyThatAsked() throws Exception {
    assertEquals("miss", cache(scene.ask(NEAR)));
    assertEquals("hit-semantic", cache(scene.ask(NEARER)));
    assertInstanceOf(Outcome.Done.class, command(body("near", "Where is my parcel", "")));

    awaitRows(
        6,
        "http %1$s, http %2$s, http %1$s, http %3$s, event %1$s, event %2$s"
            .formatted(EMBEDDED, ASKED, CACHED));
    assertEquals(
        "app alpha/bag-of-words bag-of-words -, app alpha/bag-of-words bag-of-words -,"
            + " n8n alpha/bag-of-words bag-of-words 1",
        read(
            "SELECT string_agg(concat_ws(' ', client, model, upstream_model, coalesce(command_id,"
                + " '-')), ', ' ORDER BY id) FROM ruche_ai.request WHERE operation = 'embeddings'"));
  }

  @Test
  void anEmbeddingTakesTokensAndMoneyAndNoRequest() throws Exception {
    // One at a time, which is the request itself.
    scene.use(
        TestKeys.limited("koff", "app", new Limits(3, null, 10_000L, null, 1, null, 1_000_000L)));

    HttpResponse<String> first = scene.ask(NEAR);
    HttpResponse<String> second = scene.ask(NEARER);

    assertEquals("miss", cache(first), first.body());
    assertEquals("2", first.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));
    assertEquals("hit-semantic", cache(second), second.body());
    assertEquals("1", second.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));
    awaitRows(4, "http %1$s, http %2$s, http %1$s, http %3$s".formatted(EMBEDDED, ASKED, CACHED));
  }

  @Test
  void asksForNoEmbeddingThatTheBudgetHasNoRoomFor() throws Exception {
    scene.use(
        TestKeys.limited("koff", "app", new Limits(null, null, null, null, null, null, 1_000L)));

    assertEquals(429, scene.ask(NEAR).statusCode());

    assertEquals(0, scene.provider().requests());
    awaitRows(0, "null");
  }

  @Test
  void whoWaitedForAnotherOnesAnswerPaysNothing() throws Exception {
    scene.provider().next("delay=500");
    List<CompletableFuture<HttpResponse<String>>> racing = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      racing.add(scene.client().sendAsync(scene.chat(HELLO).build(), BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> each : racing) {
      assertEquals(200, each.get(20, TimeUnit.SECONDS).statusCode());
    }

    await()
        .atMost(BOUND)
        .ignoreExceptions()
        .until(() -> read("SELECT count(*) FROM ruche_ai.request").equals("10"));
    assertEquals("1", read("SELECT count(*) FROM ruche_ai.request WHERE outcome = 'ok'"));
    assertEquals("9", read("SELECT count(*) FROM ruche_ai.request WHERE outcome = 'cached'"));
    assertEquals("26000", read("SELECT sum(cost_nano)::text FROM ruche_ai.request"));
    assertEquals(
        "true",
        read("SELECT (max(duration_us) > 300000)::text FROM ruche_ai.request WHERE cost_nano = 0"),
        "the wait is part of it");
  }

  @Test
  void requestsAndCommandsShareTheirAnswers() throws Exception {
    HttpResponse<String> asked = scene.ask(HELLO);

    Outcome.Done done = assertInstanceOf(Outcome.Done.class, command(HELLO));

    assertEquals(asked.body(), done.result().data().toString());
    assertEquals(1, scene.provider().requests());
    String other = body("kept", "Another one", "");
    assertInstanceOf(Outcome.Done.class, command(other));
    assertEquals("hit", cache(scene.ask(other)));
    awaitRows(4, "http " + ASKED + ", event " + CACHED + ", event " + ASKED + ", http " + CACHED);
  }

  private Outcome command(String payload) throws Exception {
    Envelope envelope =
        new Envelope(
            "1",
            "test",
            "chat",
            null,
            "2026-01-01T00:00:00Z",
            "koff",
            "n8n",
            null,
            null,
            null,
            null,
            null,
            null,
            "ruche/koff/cmd/n8n/ai-proxy/chat",
            Payload.json(payload));
    return scene.proxy().service().chat().handle(new Command(envelope, 1));
  }
}
