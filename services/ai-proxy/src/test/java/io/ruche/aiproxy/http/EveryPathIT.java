package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.aiproxy.CachedScene;
import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.TestKeys;
import io.ruche.auth.limits.Limits;
import io.ruche.testing.PostgresProcess;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No path, and no spelling of a model, leads past a budget or a limit. */
@TestInstance(Lifecycle.PER_CLASS)
final class EveryPathIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String CHAT = "{'model':'%s','messages':[{'role':'user','content':'Hi'}]}";

  @TempDir private static Path folder;
  private PostgresProcess database;
  private CachedScene scene;

  @BeforeAll
  void open() throws Exception {
    database = PostgresProcess.start();
    scene =
        CachedScene.open(
            folder,
            """
            alias: {targets: [[{provider: alpha, model: m}]]}
            kept: {targets: [[{provider: alpha, model: m}]], cache: {ttl: 10m}}
            """,
            "prices: {alpha: {m: [{input: 1, output: 2, audio-hour: 1, characters: 10}]}}\n",
            database.url("postgres"));
  }

  @AfterAll
  void close() throws Exception {
    scene.close();
    database.close();
  }

  @BeforeEach
  void forget() {
    scene.provider().forget();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + scene.proxy().port() + path);
  }

  private HttpResponse<String> post(String path, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .timeout(BOUND)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json.replace('\'', '"')))
            .build();
    return scene.client().send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> sound(String path) throws Exception {
    byte[] form = new Form().field("model", "m").file("a.wav", Form.sound(100_000)).end();
    return scene.client().send(Form.post(uri(path), form).build(), BodyHandlers.ofString());
  }

  private static void assertRefused(String code, HttpResponse<String> answer) {
    assertEquals(429, answer.statusCode(), answer.body());
    assertEquals(code, new JsonObject(answer.body()).getJsonObject("error").getString("code"));
  }

  private static Limits budget(long nanoDollars) {
    return new Limits(null, null, null, null, null, null, nanoDollars);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /v1/responses | {'model':'m','input':'Hi'}
          /v1/responses | {'model':'m','input':'Hi','stream':true}
          /v1/embeddings | {'model':'m','input':'Hi'}
          /v1/audio/speech | {'model':'m','input':'Hi','voice':'troy'}
          """)
  void holdsABudgetOnEveryPath(String path, String body) throws Exception {
    scene.use(TestKeys.limited("koff", "poor", budget(1)));

    assertRefused("insufficient_quota", post(path, body));

    assertEquals(0, scene.provider().requests());
  }

  @ParameterizedTest
  @ValueSource(strings = {"m", "alpha/m", "alias", "kept"})
  void holdsABudgetHoweverAModelIsSpelled(String model) throws Exception {
    scene.use(TestKeys.limited("koff", "poor", budget(1)));

    assertRefused("insufficient_quota", post("/v1/chat/completions", CHAT.formatted(model)));
    assertRefused(
        "insufficient_quota",
        post(
            "/v1/chat/completions",
            CHAT.formatted(model).replace("{'model'", "{'stream':true,'model'")));

    assertEquals(0, scene.provider().requests());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/audio/transcriptions", "/v1/audio/translations"})
  void holdsABudgetForSound(String path) throws Exception {
    scene.use(TestKeys.limited("koff", "poor", budget(1)));

    assertRefused("insufficient_quota", sound(path));

    assertEquals(0, scene.provider().seen().stream().filter(seen -> seen.isEnded()).count());
  }

  @Test
  void countsRequestsOverAllPathsTogether() throws Exception {
    scene.use(TestKeys.limited("koff", "few", new Limits(1, null, null, null, null, null, null)));

    assertEquals(200, post("/v1/embeddings", "{'model':'m','input':'Hi'}").statusCode());
    // The one request of the minute is used up, whatever the path.
    assertRefused("rate_limit_exceeded", post("/v1/chat/completions", CHAT.formatted("m")));
    assertRefused("rate_limit_exceeded", post("/v1/responses", "{'model':'m','input':'Hi'}"));
    assertRefused("rate_limit_exceeded", sound("/v1/audio/transcriptions"));

    assertEquals(1, scene.provider().requests());
  }

  @Test
  void countsTokensOnEveryPathThatHasThem() throws Exception {
    scene.use(
        TestKeys.limited("koff", "terse", new Limits(null, null, 1L, null, null, null, null)));

    assertRefused("rate_limit_exceeded", post("/v1/chat/completions", CHAT.formatted("m")));
    assertRefused("rate_limit_exceeded", post("/v1/responses", "{'model':'m','input':'Hi'}"));
    assertRefused("rate_limit_exceeded", post("/v1/embeddings", "{'model':'m','input':'Hi'}"));

    assertEquals(0, scene.provider().requests());
  }
}
