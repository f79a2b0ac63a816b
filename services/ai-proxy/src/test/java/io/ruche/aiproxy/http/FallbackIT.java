package io.ruche.aiproxy.http;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.RoutedScene;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FallbackIT {

  private static final String YAML =
      """
      default-provider: alpha
      providers:
        alpha: ${alpha}
        beta: ${beta}
        gamma: ${gamma}
      models:
        safe:
          targets:
            - [{provider: alpha, model: big}]
            - [{provider: beta, model: small}]
        spread:
          targets:
            - [{provider: alpha, model: m, weight: 7}, {provider: beta, model: m, weight: 2}, {provider: gamma, model: m}]
      attempts: {longest-retry-after: 1s}
      """;

  @TempDir Path folder;
  private RoutedScene scene;

  @BeforeEach
  void open() throws Exception {
    scene = RoutedScene.open(folder, YAML);
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  @Test
  void changesTheModelAndNoOtherByteOfTheBody() throws Exception {
    String body =
        "\n{ \"seed\" : 1.50e1 ,\"messages\":[ {\"model\":\"safe\",\"content\":\"\\u00e9 é 🐝\"} ],\"model\" : \"safe\" ,\"x\":[ ] }\r\n";

    HttpResponse<String> answer = scene.ask(body);

    assertEquals(200, answer.statusCode());
    assertEquals("alpha", RoutedScene.from(answer));
    assertEquals(
        body.replace("\"model\" : \"safe\"", "\"model\" : \"big\""),
        scene.provider("alpha").last().body().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "any, alpha, any",
    "beta/any, beta, any",
    "gamma/openai/any, gamma, openai/any",
    "openai/any, alpha, openai/any",
    "safe, alpha, big"
  })
  void findsTheTargetOfAModel(String model, String provider, String asked) throws Exception {
    HttpResponse<String> answer = scene.ask(RoutedScene.body(model));

    assertEquals(provider, RoutedScene.from(answer));
    assertEquals(asked, scene.provider(provider).last().body().toJsonObject().getString("model"));
  }

  @Test
  void listsTheAliasesBeforeTheModels() throws Exception {
    JsonObject list = new JsonObject(scene.get("/v1/models").body());

    assertEquals(
        List.of("safe", "spread", "llama-3.3-70b-versatile", "openai/gpt-oss-20b"),
        list.getJsonArray("data").stream().map(m -> ((JsonObject) m).getString("id")).toList());
  }

  @ParameterizedTest
  @CsvSource({"x/y, alpha, x/y", "beta/x/y, beta, x/y", "beta%2Fx, beta, x"})
  void showsOneModelOfAProvider(String id, String provider, String asked) throws Exception {
    assertEquals(200, scene.get("/v1/models/" + id).statusCode());

    assertEquals("/openai/v1/models/" + asked, scene.provider(provider).last().uri());
  }

  @Test
  void showsAnAlias() throws Exception {
    HttpResponse<String> answer = scene.get("/v1/models/safe");

    assertEquals("safe", new JsonObject(answer.body()).getString("id"));
    assertEquals(0, scene.provider("alpha").requests());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 498, 500, 502, 503, 504, 529})
  void asksAgainAndThenTheNextTarget(int status) throws Exception {
    scene.provider("alpha").next("status=" + status, "status=" + status);

    HttpResponse<String> answer = scene.ask(RoutedScene.body("safe"));

    assertEquals(200, answer.statusCode());
    assertEquals("beta", RoutedScene.from(answer));
    assertEquals(2, scene.provider("alpha").requests());
    assertEquals("small", scene.provider("beta").last().body().toJsonObject().getString("model"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 409, 413, 422, 424, 501})
  void givesOtherRefusalsOnAtOnce(int status) throws Exception {
    scene.provider("alpha").next("status=" + status);

    HttpResponse<String> answer = scene.ask(RoutedScene.body("safe"));

    assertEquals(status, answer.statusCode());
    assertEquals("alpha", RoutedScene.from(answer));
    assertEquals(scene.provider("alpha").last().sent().toString(), answer.body());
    assertEquals(1, scene.provider("alpha").requests());
    assertEquals(0, scene.provider("beta").requests());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut=0", "body=not_http"})
  void asksTheNextTargetWhenNoAnswerComes(String behaviour) throws Exception {
    scene.provider("alpha").next(behaviour, behaviour);

    HttpResponse<String> answer = scene.ask(RoutedScene.body("safe"));

    assertEquals(200, answer.statusCode());
    assertEquals("beta", RoutedScene.from(answer));
  }

  @Test
  void asksTheNextTargetWhenTheFirstByteDoesNotCome() throws Exception {
    scene.write(YAML.replace("alpha: ${alpha}", "alpha: " + withTimeouts("first-byte: 200ms")));
    awaitReload("alpha");
    scene.provider("alpha").next("stall=0");

    HttpResponse<String> answer = scene.ask(RoutedScene.body("safe"));

    assertEquals("beta", RoutedScene.from(answer));
    assertEquals(1, scene.provider("alpha").requests());
    await().atMost(5, SECONDS).until(() -> scene.provider("alpha").last().isCancelled());
  }

  private String withTimeouts(String timeouts) {
    return "{base-url: "
        + scene.provider("alpha").baseUrl()
        + ", api-key: gsk_simulated, timeouts: {"
        + timeouts
        + "}}";
  }

  private void awaitReload(String provider) {
    await()
        .atMost(10, SECONDS)
        .until(
            () ->
                scene
                        .proxy()
                        .service()
                        .settings()
                        .catalog()
                        .providers()
                        .get(provider)
                        .timeouts()
                        .firstByte()
                        .toMillis()
                    == 200);
  }

  @Test
  void waitsOutAShortRetryAfter() throws Exception {
    scene.provider("alpha").next("status=429,retry-after=1");
    long start = System.nanoTime();

    HttpResponse<String> answer = scene.ask(RoutedScene.body("safe"));

    assertEquals("alpha", RoutedScene.from(answer));
    assertTrue(System.nanoTime() - start >= Duration.ofSeconds(1).toNanos());
  }

  @Test
  void doesNotWaitForALongRetryAfterAndLeavesTheTargetAloneMeanwhile() throws Exception {
    scene.provider("alpha").next("status=429,retry-after=30");
    long start = System.nanoTime();

    HttpResponse<String> first = scene.ask(RoutedScene.body("safe"));
    HttpResponse<String> second = scene.ask(RoutedScene.body("safe"));

    assertEquals("beta", RoutedScene.from(first));
    assertEquals("beta", RoutedScene.from(second));
    assertEquals(1, scene.provider("alpha").requests());
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(1).toNanos() * 5);
    assertTrue(scene.changes().isEmpty(), "being limited is not being down");
  }

  @Test
  void asksNobodyElseOnceTheClientHasLeft() throws Exception {
    scene.provider("alpha").next("status=429,retry-after=1");
    CompletableFuture<HttpResponse<String>> answer =
        scene
            .client()
            .sendAsync(
                scene.chat(RoutedScene.body("safe")),
                BodyHandlers.ofString(StandardCharsets.UTF_8));
    await().atMost(5, SECONDS).until(() -> scene.provider("alpha").requests() == 1);

    answer.cancel(true);

    await()
        .during(1_500, MILLISECONDS)
        .atMost(5, SECONDS)
        .until(
            () ->
                scene.provider("alpha").requests() == 1 && scene.provider("beta").requests() == 0);
  }

  @Test
  void refusesItselfWhatTheOnlyTargetWouldRefuse() throws Exception {
    scene.provider("alpha").next("status=429,retry-after=30");
    HttpResponse<String> theirs = scene.ask(RoutedScene.body("any"));
    assertEquals("30", theirs.headers().firstValue("retry-after").orElseThrow());
    assertEquals("rate_limit_exceeded", code(theirs));

    HttpResponse<String> ours = scene.ask(RoutedScene.body("any"));

    assertEquals(429, ours.statusCode());
    assertEquals("upstream_limited", code(ours));
    int wait = Integer.parseInt(ours.headers().firstValue("retry-after").orElseThrow());
    assertTrue(wait > 25 && wait <= 30, wait + " s");
    assertEquals(1, scene.provider("alpha").requests());
    assertEquals(200, scene.ask(RoutedScene.body("another")).statusCode());
  }

  @Test
  void givesTheLastTargetsOwnRefusalOn() throws Exception {
    scene.provider("alpha").next("status=500", "status=500");
    scene.provider("beta").next("status=503,retry-after=9");

    HttpResponse<String> answer = scene.ask(RoutedScene.body("safe"));

    assertEquals(503, answer.statusCode());
    assertEquals("beta", RoutedScene.from(answer));
    assertEquals("9", answer.headers().firstValue("retry-after").orElseThrow());
    assertEquals(scene.provider("beta").last().sent().toString(), answer.body());
  }

  @Test
  void neverSplicesAStreamThatBreaks() throws Exception {
    scene.provider("alpha").next("tokens=10,cut=4");

    String answer;
    try (RawClient client = new RawClient(scene.proxy().port())) {
      client.chat(RoutedScene.body("safe", true));
      answer = client.readToEnd();
    }

    int begun = answer.indexOf("data: {\"id\"");
    assertTrue(begun > 0 && begun < answer.indexOf("upstream_cut"), answer);
    assertTrue(answer.contains("\"code\":\"upstream_cut\""), answer);
    assertFalse(answer.contains("[DONE]"));
    assertEquals(0, scene.provider("beta").requests());
  }

  @Test
  void keepsTheWeights() throws Exception {
    Map<String, Integer> counts = new HashMap<>();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      answers.add(
          scene
              .client()
              .sendAsync(
                  scene.chat(RoutedScene.body("spread")),
                  BodyHandlers.ofString(StandardCharsets.UTF_8)));
      if (answers.size() == 50) {
        answers.forEach(answer -> counts.merge(RoutedScene.from(answer.join()), 1, Integer::sum));
        answers.clear();
      }
    }

    assertEquals(1_400, counts.getOrDefault("alpha", 0), 100);
    assertEquals(400, counts.getOrDefault("beta", 0), 80);
    assertEquals(200, counts.getOrDefault("gamma", 0), 60);
  }

  private static String code(HttpResponse<String> answer) {
    return new JsonObject(answer.body())
        .getJsonObject("error", new JsonObject())
        .getString("code", "");
  }
}
