package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.AiProxyConfig;
import io.ruche.aiproxy.RunningProxy;
import io.ruche.aiproxy.Settings;
import io.ruche.aiproxy.TestKeys;
import io.ruche.aiproxy.routing.circuit.CircuitListener;
import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.ruche.auth.ApiKey;
import io.ruche.auth.limits.Access;
import io.ruche.config.Config;
import io.vertx.core.Vertx;
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
import org.junit.jupiter.api.io.TempDir;

/** A proxy with a guard, a provider behind it, and a key whose access a test sets. */
class GuardScene {

  static final String PROMPT =
      "Mail a@b.fr or c@d.fr, call 06 12 34 56 78, a@b.fr! \u00e9\ud83d\udc1d";
  static final String REDACTED =
      "Mail [EMAIL_1] or [EMAIL_2], call [PHONE_1], [EMAIL_1]! \u00e9\ud83d\udc1d";
  static final String RESTORING = "guard: {redact: [email, phone], restore: true}\n";

  @TempDir private Path folder;
  final Vertx vertx = Vertx.vertx();
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  ApiKey key = TestKeys.named("koff", "app");
  @Nullable ProviderSimulator provider;
  @Nullable RunningProxy proxy;

  RunningProxy open(String yaml) throws Exception {
    ProviderSimulator simulator = ProviderSimulator.start(vertx, 0).await(10, TimeUnit.SECONDS);
    provider = simulator;
    Files.writeString(
        folder.resolve("ai-proxy.yaml"),
        """
        port: 0
        management-port: 0
        groq: {base-url: %s, api-key: %s}
        ollama: {base-url: %s}
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

  ProviderSimulator provider() {
    assertTrue(provider != null);
    return provider;
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(
        request.timeout(Duration.ofSeconds(30)).build(),
        BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  HttpRequest.Builder to(String path) {
    assertTrue(proxy != null);
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path));
  }

  HttpResponse<String> ask(JsonObject body) throws Exception {
    return send(
        to("/v1/chat/completions")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
  }

  static JsonObject body(String model, String prompt) {
    JsonObject message = new JsonObject().put("role", "user").put("content", prompt);
    return new JsonObject().put("model", model).put("messages", new JsonArray().add(message));
  }

  static JsonObject error(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getJsonObject("error");
  }

  JsonObject asked() {
    return new JsonObject(provider().last().body());
  }

  static String promptOf(JsonObject body) {
    return body.getJsonArray("messages").getJsonObject(0).getString("content");
  }

  static String said(HttpResponse<String> answer) {
    return new JsonObject(answer.body())
        .getJsonArray("choices")
        .getJsonObject(0)
        .getJsonObject("message")
        .getString("content");
  }

  void may(List<String> models, List<String> not, @Nullable Long in, @Nullable Long out) {
    key = TestKeys.reaching("koff", "app", new Access(models, not, in, out));
  }
}
