package io.ruche.aiproxy.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.AiProxyConfig;
import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.RunningProxy;
import io.ruche.aiproxy.Scene;
import io.ruche.aiproxy.Settings;
import io.ruche.aiproxy.TestKeys;
import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.routing.circuit.CircuitListener;
import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.ruche.auth.KeyStore;
import io.ruche.auth.limits.Limits;
import io.ruche.config.Config;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.store.RedisLink;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a request leaves in the ledger and takes from the limits, over HTTP. */
final class AccountingIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String MODEL = "llama-3.3-70b-versatile";
  private static final long INPUT_NANOS = 1_000;
  private static final long OUTPUT_NANOS = 2_000;

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile Limits limits = Limits.NONE;
  private PostgresProcess database;
  private String name = "";
  private RedisProcess redis;
  private RedisLink hot;
  private Postgres postgres;
  private ProviderSimulator provider;
  private RunningProxy proxy;

  @BeforeEach
  void open() throws Exception {
    database = PostgresProcess.start();
    name = database.newDatabase();
    redis = RedisProcess.start();
    provider = ProviderSimulator.start(vertx, 0).await(10, TimeUnit.SECONDS);
    Files.writeString(
        folder.resolve("ai-proxy.yaml"),
        """
        port: 0
        management-port: 0
        groq: {base-url: %s, api-key: %s}
        prices:
          groq:
            %s: [{input: 1, output: 2}]
            whisper-large-v3-turbo: [{audio-hour: 0.04, audio-least: 10s}]
            embedder: [{input: 0.02}]
            speaker: [{characters: 50}]
        ledger: {journal: %s}
        """
            .formatted(
                provider.baseUrl(), ProviderSimulator.KEY, MODEL, folder.resolve("journal")));
    Config config = Config.load(folder, Map.of(), Map.of("ai-proxy", AiProxyConfig.class));
    AiProxyConfig settings = config.get(AiProxyConfig.class);
    postgres =
        new Postgres(
            vertx,
            PostgresUrl.parse(database.url(name)),
            PostgresConfig.defaults(),
            List.of(KeyStore.SCHEMA, Ledger.SCHEMA));
    postgres.start().await(10, TimeUnit.SECONDS);
    hot = new RedisLink(vertx, vertx.getOrCreateContext(), "hot", redis.url());
    hot.start().await(10, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> postgres.state().state() == Dependency.State.UP);
    await().atMost(BOUND).until(() -> hot.state().state() == Dependency.State.UP);
    proxy =
        RunningProxy.start(
            vertx,
            Settings.fixed(vertx, settings),
            ctx -> TestKeys.admit(ctx, TestKeys.limited("koff", "app", limits)),
            CircuitListener.NONE,
            registry -> new Ledger(vertx, postgres, settings.ledger(), folder, registry),
            hot);
  }

  @AfterEach
  void close() throws Exception {
    client.shutdownNow();
    proxy.close();
    hot.stop().await(10, TimeUnit.SECONDS);
    postgres.stop().await(10, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
    redis.close();
    database.close();
  }

  private HttpRequest chat(String body) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + proxy.port() + "/v1/chat/completions"))
        .timeout(BOUND)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + proxy.port() + path);
  }

  private HttpResponse<String> transcribe(String format, int bytes) throws Exception {
    byte[] form =
        new Form()
            .field("model", "whisper-large-v3-turbo")
            .field("response_format", format)
            .file("a.wav", Form.sound(bytes))
            .end();
    return client.send(
        Form.post(uri("/v1/audio/transcriptions"), form).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> transcribe(Form begun) throws Exception {
    byte[] form =
        begun.field("model", "whisper-large-v3-turbo").field("response_format", "text").end();
    return client.send(
        Form.post(uri("/v1/audio/transcriptions"), form).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> ask(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .timeout(BOUND)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> ask(String body) throws Exception {
    return client.send(chat(body), BodyHandlers.ofString());
  }

  private String row() throws Exception {
    await().atMost(BOUND).until(() -> read("SELECT count(*) FROM ruche_ai.request").equals("1"));
    return read(
        "SELECT concat_ws(' ', tenant, client, source, operation, model, provider, status, outcome,"
            + " input_tokens, output_tokens, usage_source, cost_nano) FROM ruche_ai.request");
  }

  private String read(String sql) throws Exception {
    return String.valueOf(database.read(name, sql));
  }

  @Test
  void writesWhatTheProviderSaysOfAWholeAnswer() throws Exception {
    HttpResponse<String> answer = ask(Scene.HELLO);

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("groq", answer.headers().firstValue("x-ruche-provider").orElse(""));
    JsonObject usage = new JsonObject(answer.body()).getJsonObject("usage");
    long in = usage.getLong("prompt_tokens");
    long out = usage.getLong("completion_tokens");
    assertEquals(
        "koff app http chat %s groq 200 ok %d %d provider %d"
            .formatted(MODEL, in, out, in * INPUT_NANOS + out * OUTPUT_NANOS),
        row());
  }

  @Test
  void readsTheUsageOfAStream() throws Exception {
    HttpResponse<String> answer =
        ask(Scene.HELLO.replace("{\"model\"", "{\"stream\":true,\"model\""));

    assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer.body());
    String row = row();
    assertTrue(row.startsWith("koff app http chat " + MODEL + " groq 200 ok "), row);
    assertTrue(row.contains(" provider "), row);
  }

  @Test
  void chargesAClientThatLeavesBeforeTheAnswerForWhatTheProviderHas() throws Exception {
    provider.next("delay=20000");
    CompletableFuture<HttpResponse<String>> asked =
        client.sendAsync(chat(Scene.HELLO), BodyHandlers.ofString());
    await().atMost(BOUND).until(() -> provider.requests() == 1);
    asked.cancel(true);

    String row = row();
    assertTrue(row.startsWith("koff app http chat " + MODEL + " groq client_left "), row);
    assertTrue(row.contains(" estimated "), row);
    assertTrue(Long.parseLong(row.substring(row.lastIndexOf(' ') + 1)) > 0, row);
  }

  @Test
  void chargesNothingForWhatNoProviderHasHad() throws Exception {
    provider.next("status=503,retry-after=30");
    CompletableFuture<HttpResponse<String>> asked =
        client.sendAsync(chat(Scene.HELLO), BodyHandlers.ofString());
    await().atMost(BOUND).until(() -> provider.requests() == 1);
    asked.cancel(true);

    String row = row();
    assertTrue(row.endsWith(" 0 0 none 0"), row);
  }

  @Test
  void estimatesWhatAClientHadThatLeftInTheMiddle() throws Exception {
    HttpResponse<InputStream> answer =
        client.send(
            chat(Scene.asking("tokens=1000,gap=10,pad=30", true)), BodyHandlers.ofInputStream());
    answer.body().readNBytes(2_000);
    answer.body().close();

    String row = row();
    assertTrue(row.contains(" client_left "), row);
    assertTrue(row.contains(" estimated "), row);
    assertTrue(
        Long.parseLong(read("SELECT output_tokens FROM ruche_ai.request")) > 10, "tokens: " + row);
  }

  @Test
  void refusalsOfTheProviderCostNothing() throws Exception {
    assertEquals(400, ask(Scene.asking("status=400", false)).statusCode());

    String row = row();
    assertTrue(row.endsWith(" 400 refused_by_provider 0 0 none 0"), row);
  }

  @Test
  void holdsAKeyToItsRequestsAndSaysHowManyAreLeft() throws Exception {
    limits = Limits.ofRpm(1);

    HttpResponse<String> first = ask(Scene.HELLO);
    HttpResponse<String> second = ask(Scene.HELLO);

    assertEquals(200, first.statusCode(), first.body());
    assertEquals("1", first.headers().firstValue("x-ratelimit-limit-requests").orElse(""));
    assertEquals("0", first.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));
    assertEquals(429, second.statusCode(), second.body());
    assertTrue(second.headers().firstValue("retry-after").isPresent(), second.body());
    assertEquals(
        "rate_limit_exceeded",
        new JsonObject(second.body()).getJsonObject("error").getString("code"));
  }

  @Test
  void holdsAKeyToItsBudget() throws Exception {
    long budget = 3_000_000;
    limits = new Limits(null, null, null, null, null, null, budget);
    String body = Scene.HELLO.replace("{\"model\"", "{\"max_tokens\":1000,\"model\"");

    int answered = 0;
    HttpResponse<String> answer = ask(body);
    while (answer.statusCode() == 200 && answered < 100) {
      answered++;
      answer = ask(body);
    }

    assertEquals(429, answer.statusCode(), answer.body());
    assertEquals(
        "insufficient_quota",
        new JsonObject(answer.body()).getJsonObject("error").getString("code"));
    int rows = answered;
    await()
        .atMost(BOUND)
        .until(() -> read("SELECT count(*) FROM ruche_ai.request").equals("" + rows));
    long spent = Long.parseLong(read("SELECT coalesce(sum(cost_nano), 0) FROM ruche_ai.request"));
    assertTrue(spent <= budget, spent + " of " + budget);
    assertTrue(answered > 5, "what was reserved and not used is given back: " + answered);
  }

  @Test
  void refusesABudgetedKeyAModelThatHasNoPrice() throws Exception {
    limits = new Limits(null, null, null, null, null, null, 1_000_000_000L);

    HttpResponse<String> answer = ask(Scene.asking("status=200", false));

    assertEquals(403, answer.statusCode(), answer.body());
    JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
    assertEquals("model_not_priced", error.getString("code"));
    assertEquals("model", error.getString("param"));
  }

  /** 3.27 s, of which Groq bills 10: 10 / 3,600 of 0.04 USD. */
  @Test
  void billsSoundByTheTimeThatTheProviderTells() throws Exception {
    HttpResponse<String> answer = transcribe("verbose_json", 100_000);

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(
        "koff app http transcription whisper-large-v3-turbo groq 200 ok 0 0 provider 111112",
        row());
  }

  /** 960,000 bytes of 32,000 a second are half a minute. */
  @Test
  void estimatesSoundByItsSizeWhereNobodyTells() throws Exception {
    assertEquals(200, transcribe("text", 960_000).statusCode());

    assertEquals(
        "koff app http transcription whisper-large-v3-turbo groq 200 ok 0 0 estimated 333334",
        row());
  }

  /** 96,000 bytes of 4,000 a second are 24 seconds, also where the client calls them three. */
  @Test
  void estimatesSoundByWhatItIsAndNotByItsName() throws Exception {
    byte[] opus = Form.sound(96_000);
    System.arraycopy("OggS".getBytes(StandardCharsets.US_ASCII), 0, opus, 0, 4);

    assertEquals(200, transcribe(new Form().file("a.wav", opus)).statusCode());

    assertEquals(
        "koff app http transcription whisper-large-v3-turbo groq 200 ok 0 0 estimated 266667",
        row());
  }

  @Test
  void chargesAnHourForAnAddressOfWhichNobodyTells() throws Exception {
    HttpResponse<String> answer =
        transcribe(new Form().field("url", "https://bees.example/10h.mp3"));

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(
        "koff app http transcription whisper-large-v3-turbo groq 200 ok 0 0 estimated 40000000",
        row());
  }

  @Test
  void reservesSoundByItsSizeBeforeItIsSent() throws Exception {
    limits = new Limits(null, null, null, null, null, null, 200_000L);

    HttpResponse<String> refused = transcribe("verbose_json", 960_000);
    HttpResponse<String> answered = transcribe("verbose_json", 100_000);

    assertEquals(429, refused.statusCode(), refused.body());
    assertTrue(refused.body().contains("insufficient_quota"), refused.body());
    assertEquals(200, answered.statusCode(), answered.body());
  }

  @Test
  void countsNothingForSoundThatNeverCameWhole() throws Exception {
    byte[] form =
        new Form()
            .field("model", "whisper-large-v3-turbo")
            .file("a.wav", Form.sound(2_000_000))
            .end();
    RawClient leaving = new RawClient(proxy.port());
    leaving.write(
        "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data;"
            + " boundary="
            + Form.BOUNDARY
            + "\r\nContent-Length: "
            + form.length
            + "\r\n\r\n"
            + new String(form, 0, 1_000_000, StandardCharsets.ISO_8859_1));
    await().atMost(BOUND).until(() -> provider.requests() == 1);

    leaving.leave();

    String row = row();
    assertTrue(row.endsWith(" client_left 0 0 none 0"), row);
  }

  @Test
  void billsEmbeddingsByTheirInput() throws Exception {
    HttpResponse<String> answer =
        ask("/v1/embeddings", "{\"model\":\"embedder\",\"input\":[\"bees\",\"hives\"]}");

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(2, new JsonObject(answer.body()).getJsonArray("data").size());
    assertEquals("koff app http embeddings embedder groq 200 ok 8 0 provider 160", row());
  }

  @Test
  void readsTheUsageOfAResponse() throws Exception {
    HttpResponse<String> answer =
        ask("/v1/responses", "{\"model\":\"%s\",\"input\":\"Hello\"}".formatted(MODEL));

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("koff app http responses " + MODEL + " groq 200 ok 12 7 provider 26000", row());
  }

  @Test
  void readsTheUsageOfAStreamedResponse() throws Exception {
    HttpResponse<String> answer =
        ask(
            "/v1/responses",
            "{\"model\":\"%s\",\"input\":\"Hello\",\"stream\":true}".formatted(MODEL));

    assertTrue(answer.body().contains("event: response.completed"), answer.body());
    assertEquals("koff app http responses " + MODEL + " groq 200 ok 12 7 provider 26000", row());
  }

  /** 18 characters at 50 USD a million. */
  @Test
  void billsSpeechByItsCharacters() throws Exception {
    HttpResponse<String> answer =
        ask(
            "/v1/audio/speech",
            "{\"model\":\"speaker\",\"input\":\"The bees are w\u00e9ll.\",\"voice\":\"troy\"}");

    assertEquals(200, answer.statusCode());
    String row = row();
    assertTrue(row.startsWith("koff app http speech speaker groq 200 ok "), row);
    assertTrue(row.endsWith(" estimated 900000"), row);
  }
}
