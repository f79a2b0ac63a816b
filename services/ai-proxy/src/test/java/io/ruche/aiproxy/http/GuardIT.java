package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.AiProxyConfig;
import io.ruche.aiproxy.RunningProxy;
import io.ruche.aiproxy.Settings;
import io.ruche.aiproxy.TestKeys;
import io.ruche.aiproxy.routing.circuit.CircuitListener;
import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.ruche.auth.ApiKey;
import io.ruche.auth.limits.Access;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.config.Config;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key may ask for, and what of a prompt reaches a provider, over HTTP and as a command. */
final class GuardIT {

  private static final String PROMPT =
      "Mail a@b.fr or c@d.fr, call 06 12 34 56 78, a@b.fr! \u00e9\ud83d\udc1d";
  private static final String REDACTED =
      "Mail [EMAIL_1] or [EMAIL_2], call [PHONE_1], [EMAIL_1]! \u00e9\ud83d\udc1d";
  private static final String RESTORING = "guard: {redact: [email, phone], restore: true}\n";

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private ApiKey key = TestKeys.named("koff", "app");
  private @Nullable ProviderSimulator provider;
  private @Nullable RunningProxy proxy;

  private RunningProxy open(String yaml) throws Exception {
    ProviderSimulator simulator = ProviderSimulator.start(vertx, 0).await(10, TimeUnit.SECONDS);
    provider = simulator;
    Files.writeString(
        folder.resolve("ai-proxy.yaml"),
        """
        port: 0
        management-port: 0
        groq: {base-url: %s, api-key: %s}
        providers:
          other: {base-url: %s, api-key: %s}
        models:
          fast: {targets: [[{provider: groq, model: llama}]]}
          mixed: {targets: [[{provider: groq, model: llama}], [{provider: other, model: llama}]]}
        %s
        """
            .formatted(
                simulator.baseUrl(),
                ProviderSimulator.KEY,
                simulator.baseUrl(),
                ProviderSimulator.KEY,
                yaml));
    Config config = Config.load(folder, Map.of(), Map.of("ai-proxy", AiProxyConfig.class));
    proxy =
        RunningProxy.start(
            vertx,
            Settings.fixed(vertx, config.get(AiProxyConfig.class)),
            ctx -> TestKeys.admit(ctx, key),
            CircuitListener.NONE);
    return proxy;
  }

  @AfterEach
  void close() throws Exception {
    client.shutdownNow();
    if (proxy != null) {
      proxy.close();
    }
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private ProviderSimulator provider() {
    assertTrue(provider != null);
    return provider;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(
        request.timeout(Duration.ofSeconds(30)).build(),
        BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private HttpRequest.Builder to(String path) {
    assertTrue(proxy != null);
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path));
  }

  private HttpResponse<String> ask(JsonObject body) throws Exception {
    return send(
        to("/v1/chat/completions")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
  }

  private static JsonObject body(String model, String prompt) {
    JsonObject message = new JsonObject().put("role", "user").put("content", prompt);
    return new JsonObject().put("model", model).put("messages", new JsonArray().add(message));
  }

  private static JsonObject error(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getJsonObject("error");
  }

  private JsonObject asked() {
    return new JsonObject(provider().last().body());
  }

  private static String promptOf(JsonObject body) {
    return body.getJsonArray("messages").getJsonObject(0).getString("content");
  }

  private static String said(HttpResponse<String> answer) {
    return new JsonObject(answer.body())
        .getJsonArray("choices")
        .getJsonObject(0)
        .getJsonObject("message")
        .getString("content");
  }

  private void may(List<String> models, List<String> not, @Nullable Long in, @Nullable Long out) {
    key = TestKeys.reaching("koff", "app", new Access(models, not, in, out));
  }

  @Test
  void aRequestWithoutAGuardGoesOutByteForByte() throws Exception {
    open("");

    HttpResponse<String> answer = ask(body("llama", PROMPT));

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(Buffer.buffer(body("llama", PROMPT).encode()), provider().last().body());
    assertTrue(answer.headers().firstValue("x-ruche-redacted").isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // allowed, denied, asked, whether it may
        "llama,-,llama,true",
        "llama,-,groq/llama,true",
        "groq/llama,-,llama,true",
        "ll*,-,llama,true",
        "*a,-,llama,true",
        "groq/*,-,llama,true",
        "gpt-*,-,llama,false",
        "LLAMA,-,llama,false",
        "-,llama,llama,false",
        "-,llama,groq/llama,false",
        "-,groq/*,llama,false",
        "*,llama,llama,false",
        "-,gpt-*,llama,true",
        "fast,-,fast,true",
        "fast,-,llama,false",
        "llama,-,fast,true",
        "groq/*,-,fast,true",
        "-,groq/*,fast,false",
        "fast,llama,fast,false",
        "mixed,-,mixed,true",
        "groq/*,-,mixed,false",
        "groq/* other/*,-,mixed,true",
        "-,other/*,mixed,false",
        "llama,-,other/llama,false",
        "-,llama,other/llama,false",
        "-,fast,llama,true"
      })
  void aKeyMayAskForWhatItsListsName(
      @Nullable String allowed, @Nullable String denied, String model, boolean may)
      throws Exception {
    may(
        allowed == null ? List.of() : List.of(allowed.split(" ")),
        denied == null ? List.of() : List.of(denied),
        null,
        null);
    open("");

    HttpResponse<String> answer = ask(body(model, "Hi"));

    assertEquals(may ? 200 : 403, answer.statusCode(), answer.body());
    assertEquals(may ? 1 : 0, provider().requests());
  }

  @Test
  void aRefusalOfAModelNamesItAndWhatIsAllowed() throws Exception {
    may(List.of("openai/*", "fast"), List.of("*-preview"), null, null);
    open("");

    HttpResponse<String> answer = ask(body("llama", "Hi"));

    assertEquals(403, answer.statusCode());
    assertEquals("model_not_allowed", error(answer).getString("code"));
    assertEquals("permission_error", error(answer).getString("type"));
    assertEquals("model", error(answer).getString("param"));
    assertEquals(
        "The model 'llama' is not allowed: the API key 'app' may ask for openai/*, fast, but not"
            + " *-preview.",
        error(answer).getString("message"));
  }

  @Test
  void tenantsAndTheGatewayRestrictWhatTheirKeysMay() throws Exception {
    may(List.of("llama", "fast", "gemma", "qwen"), List.of(), null, 500L);
    open(
        """
        guard:
          deny-models: [gemma]
          tenants: {koff: {deny-models: [qwen], max-output-tokens: 100, max-input-tokens: 1000}}
        """);

    assertEquals(200, ask(body("llama", "Hi")).statusCode());
    assertEquals(100, asked().getInteger("max_completion_tokens"));
    assertTrue(
        error(ask(body("gemma", "Hi"))).getString("message").contains("a client of this gateway"));
    assertTrue(error(ask(body("qwen", "Hi"))).getString("message").contains("the tenant 'koff'"));
    assertEquals(400, ask(body("llama", "x".repeat(4_000))).statusCode());
    key = TestKeys.named("azoth", "app");
    assertEquals(200, ask(body("qwen", "x".repeat(4_000))).statusCode());
    assertFalse(asked().containsKey("max_completion_tokens"));
  }

  @Test
  void theListOfModelsHasOnlyWhatAKeyMayAskFor() throws Exception {
    open("");
    List<String> all = listed();
    assertTrue(all.containsAll(List.of("fast", "mixed", "llama-3.3-70b-versatile")), "" + all);

    may(List.of("fast", "llama-*"), List.of(), null, null);
    assertEquals(
        all.stream().filter(id -> id.equals("fast") || id.startsWith("llama-")).toList(), listed());
    assertEquals(200, send(to("/v1/models/fast")).statusCode());
    assertEquals(403, send(to("/v1/models/mixed")).statusCode());
    assertEquals(403, send(to("/v1/models/openai/gpt-oss-20b")).statusCode());

    may(List.of(), List.of("groq/*"), null, null);
    assertEquals(List.of(), listed());
  }

  private List<String> listed() throws Exception {
    return new JsonObject(send(to("/v1/models")).body())
        .getJsonArray("data").stream().map(model -> ((JsonObject) model).getString("id")).toList();
  }

  @Test
  void tooMuchInputIsRefusedWithTheFigures() throws Exception {
    may(List.of(), List.of(), 100L, null);
    open("");

    HttpResponse<String> answer = ask(body("llama", "x".repeat(900)));

    assertEquals(400, answer.statusCode());
    assertEquals("context_length_exceeded", error(answer).getString("code"));
    String message = error(answer).getString("message");
    assertTrue(message.contains("about 319 tokens"), message);
    assertTrue(message.contains("the API key 'app' may send 100"), message);
    assertEquals(200, ask(body("llama", "Hi")).statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "\"max_tokens\":100              | -",
        "\"max_completion_tokens\":100   | -",
        "\"max_tokens\":1,\"n\":3        | -",
        "\"max_tokens\":101              | max_tokens asks for 101 output tokens",
        "\"max_completion_tokens\":101   | max_completion_tokens asks for 101 output tokens",
        "\"max_tokens\":5,\"max_completion_tokens\":101 | max_completion_tokens asks for 101",
        "\"max_tokens\":50,\"n\":3       | max_tokens asks for 50 output tokens for each of 3",
        "\"n\":101                       | n asks for 101 choices",
        "\"max_tokens\":9999999999999    | max_tokens asks for",
        "\"max_tokens\":-1               | max_tokens must be a whole number",
        "\"max_tokens\":0                | max_tokens must be a whole number",
        "\"max_tokens\":1e2              | max_tokens must be a whole number",
        "\"max_tokens\":\"100\"          | max_tokens must be a whole number",
        "\"max_tokens\":[1]              | max_tokens must be a whole number",
        "\"n\":2.0                       | n must be a whole number"
      })
  void tooMuchOutputIsRefusedAndLessGoesOutAsItCame(String fields, @Nullable String refusal)
      throws Exception {
    may(List.of(), List.of(), null, 100L);
    open("");
    String body = body("llama", "Hi").encode().replaceFirst("\\{", "{" + fields + ",");

    HttpResponse<String> answer =
        send(to("/v1/chat/completions").POST(HttpRequest.BodyPublishers.ofString(body)));

    if (refusal == null) {
      assertEquals(body, provider().last().body().toString());
    } else {
      assertEquals(400, answer.statusCode(), answer.body());
      assertTrue(error(answer).getString("message").startsWith(refusal), answer.body());
      assertEquals(0, provider().requests());
    }
  }

  @Test
  void aRequestThatNamesNoMaximumGetsTheKeys() throws Exception {
    may(List.of(), List.of(), null, 100L);
    open("");

    ask(body("llama", "Hi"));
    assertEquals(
        "{\"max_completion_tokens\":100," + body("llama", "Hi").encode().substring(1),
        provider().last().body().toString());
    ask(body("mixed", "Hi"));
    assertEquals(100, asked().getInteger("max_tokens"), "what every target understands");
    ask(body("llama", "Hi").put("n", 1).putNull("max_tokens"));
    assertEquals(100, asked().getInteger("max_tokens"));
    assertFalse(asked().containsKey("max_completion_tokens"));
  }

  @Test
  void personalDataNeverReachesTheProviderAndIsRestoredInAWholeAnswer() throws Exception {
    RunningProxy running = open(RESTORING);

    HttpResponse<String> answer = ask(body("sim:echo=3", PROMPT));

    assertEquals(REDACTED, promptOf(asked()));
    assertEquals("Echo: " + PROMPT, said(answer));
    assertEquals("4", answer.headers().firstValue("x-ruche-redacted").orElse(""));
    assertEquals(3, redactions(running, "email"));
    assertEquals(1, redactions(running, "phone"));
    assertEquals(0, redactions(running, "card"));
  }

  private static double redactions(RunningProxy running, String kind) {
    return running
        .registry()
        .get("ruche_ai_guard_redactions_total")
        .tag("kind", kind)
        .counter()
        .count();
  }

  @Test
  void anAnswerOfAnySizeIsRestored() throws Exception {
    open(RESTORING);
    String prompt = (PROMPT + " ").repeat(3_000);

    assertEquals("Echo: " + prompt, said(ask(body("sim:chunked", prompt))));
    assertEquals("Echo: " + prompt, said(ask(body("llama", prompt))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"echo=1", "echo=2", "echo=3", "echo=7", "echo=1000", "echo=3,odd", "echo=2,gap=1"})
  void aStreamIsRestoredHoweverItIsCut(String behaviour) throws Exception {
    open(RESTORING);

    HttpResponse<String> answer = ask(body("sim:" + behaviour, PROMPT).put("stream", true));

    StringBuilder text = new StringBuilder();
    for (JsonObject delta : deltas(answer)) {
      text.append(delta.getString("content", ""));
    }
    assertEquals("Echo: " + PROMPT, text.toString());
    assertEquals(REDACTED, promptOf(asked()));
    assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer.body());
    assertEquals("4", answer.headers().firstValue("x-ruche-redacted").orElse(""));
  }

  @ParameterizedTest
  @CsvSource({"echo=1,true", "echo=5,true", "echo=5,false"})
  void theArgumentsOfToolCallsAreRestored(String behaviour, boolean stream) throws Exception {
    open(RESTORING);
    JsonObject tool =
        new JsonObject()
            .put("type", "function")
            .put("function", new JsonObject().put("name", "send"));

    HttpResponse<String> answer =
        ask(
            body("sim:" + behaviour, PROMPT)
                .put("stream", stream)
                .put("tools", new JsonArray().add(tool)));

    List<JsonObject> messages =
        stream
            ? deltas(answer)
            : List.of(
                new JsonObject(answer.body())
                    .getJsonArray("choices")
                    .getJsonObject(0)
                    .getJsonObject("message"));
    StringBuilder arguments = new StringBuilder();
    for (JsonObject message : messages) {
      for (Object call : message.getJsonArray("tool_calls", new JsonArray())) {
        arguments.append(((JsonObject) call).getJsonObject("function").getString("arguments"));
      }
    }
    assertEquals(PROMPT, new JsonObject(arguments.toString()).getString("echo"));
  }

  private static List<JsonObject> deltas(HttpResponse<String> answer) {
    return answer
        .body()
        .lines()
        .filter(line -> line.startsWith("data: {"))
        .map(line -> new JsonObject(line.substring(6)).getJsonArray("choices"))
        .filter(choices -> !choices.isEmpty())
        .map(choices -> choices.getJsonObject(0).getJsonObject("delta"))
        .toList();
  }

  @Test
  void withoutRestoreThePlaceholdersStay() throws Exception {
    open("guard: {redact: [email, phone]}\n");

    assertEquals("Echo: " + REDACTED, said(ask(body("sim:echo=3", PROMPT))));
  }

  @Test
  void everySectionThatAppliesRedactsAndOneIsEnoughNotToRestore() throws Exception {
    open(
        """
        guard:
          restore: true
          routes: {"other/*": {redact: [phone]}}
          tenants:
            koff:
              redact: [email]
              keys: {logger: {restore: false}}
        """);
    String emails =
        "Mail [EMAIL_1] or [EMAIL_2], call 06 12 34 56 78, [EMAIL_1]! \u00e9\ud83d\udc1d";

    assertEquals("Echo: " + PROMPT, said(ask(body("llama", PROMPT))));
    assertEquals(emails, promptOf(asked()));
    ask(body("other/llama", PROMPT));
    assertEquals(REDACTED, promptOf(asked()));
    ask(body("mixed", PROMPT));
    assertEquals(REDACTED, promptOf(asked()), "the other provider may come to answer");
    key = TestKeys.named("koff", "logger");
    assertEquals("Echo: " + emails, said(ask(body("llama", PROMPT))));
    key = TestKeys.named("azoth", "app");
    ask(body("llama", PROMPT));
    assertEquals(PROMPT, promptOf(asked()));
  }

  @Test
  void aProvidersErrorIsRestoredAsWell() throws Exception {
    open(RESTORING);

    HttpResponse<String> answer = ask(body("sim:status=400", PROMPT));

    assertEquals(400, answer.statusCode());
    assertTrue(error(answer).containsKey("message"));
  }

  @Test
  void theCommandChatIsRedactedAndRestored() throws Exception {
    RunningProxy running = open(RESTORING);

    Outcome.Done done =
        assertInstanceOf(
            Outcome.Done.class,
            handle(running, new JsonObject().put("prompt", PROMPT).put("model", "llama")));

    assertEquals(REDACTED, promptOf(asked()));
    assertTrue(done.result().data().toString().contains("Echo: Mail a@b.fr or c@d.fr"));
  }

  @Test
  void theCommandChatIsDeadWhereItMayNotAsk() throws Exception {
    RunningProxy running =
        open("guard: {deny-models: [gemma], max-input-tokens: 100, max-output-tokens: 10}\n");

    assertEquals(
        "The model 'gemma' is not allowed: a client of this gateway may ask for every model but"
            + " gemma.",
        dead(running, new JsonObject().put("prompt", "Hi").put("model", "gemma")));
    JsonObject prompt = new JsonObject().put("prompt", "Hi").put("model", "llama");
    assertTrue(dead(running, prompt.copy().put("max_tokens", 11)).contains("10 output tokens"));
    assertTrue(dead(running, prompt.copy().put("prompt", "x".repeat(900))).contains("send less"));
    assertInstanceOf(Outcome.Done.class, handle(running, prompt));
    assertEquals(10, asked().getInteger("max_completion_tokens"));
  }

  private static String dead(RunningProxy running, JsonObject payload) throws Exception {
    return assertInstanceOf(Outcome.Dead.class, handle(running, payload)).reason();
  }

  private static Outcome handle(RunningProxy running, JsonObject payload) throws Exception {
    Envelope envelope =
        new Envelope(
            "1",
            "test",
            "chat",
            null,
            "2026-01-01T00:00:00Z",
            "local",
            "n8n",
            null,
            null,
            null,
            null,
            null,
            null,
            "ruche/local/cmd/n8n/ai-proxy/chat",
            Payload.json(payload.encode()));
    return running.service().chat().handle(new Command(envelope, 1));
  }
}
