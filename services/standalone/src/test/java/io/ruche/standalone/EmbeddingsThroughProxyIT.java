package io.ruche.standalone;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** embed-service as a provider of ai-proxy, both running: its vectors, and what they cost. */
class EmbeddingsThroughProxyIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String MODEL = "bge-small-en-v1.5";

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void embeddingsOfEmbedServiceAreRoutedAndStandInTheLedger() throws Exception {
    Path providerKey = Files.writeString(folder.resolve("embed-key"), "none yet");
    try (RunningRuche ruche = new RunningRuche(folder, "", 1)) {
      ruche.variable("EMBED_API_KEY_FILE", providerKey.toString());
      ruche.up();
      Files.writeString(providerKey, newKey(ruche, "proxy"));
      ruche.configure(
          """
          providers:
            embed: {base-url: "http://127.0.0.1:%d/v1"}
          models:
            embedder: {targets: [[{provider: embed, model: %s}]]}
          prices:
            embed: {%s: [{input: 1000, output: 0}]}
          """
              .formatted(ruche.embed(), MODEL, MODEL));
      String app = newKey(ruche, "app");
      JsonObject question =
          new JsonObject()
              .put("model", "embedder")
              .put("input", new JsonArray().add("The queen is in the hive.").add("Honey."));

      await().atMost(BOUND).until(() -> post(ruche.api(), app, question).statusCode() == 200);
      JsonObject routed = new JsonObject(post(ruche.api(), app, question).body());
      JsonObject named =
          new JsonObject(
              post(ruche.api(), app, question.copy().put("model", "embed/" + MODEL)).body());
      JsonObject own =
          new JsonObject(post(ruche.embed(), app, question.copy().put("model", MODEL)).body());

      assertEquals(own.getJsonArray("data"), routed.getJsonArray("data"));
      assertEquals(own.getJsonArray("data"), named.getJsonArray("data"));
      assertEquals(384, vector(routed).size());
      int tokens = routed.getJsonObject("usage").getInteger("prompt_tokens");
      assertTrue(tokens > 8, routed.getJsonObject("usage").encode());
      await()
          .atMost(BOUND)
          .untilAsserted(
              () -> {
                JsonObject sum = usage(ruche, app, "embedder");
                assertEquals("app", sum.getString("key"));
                assertTrue(sum.getInteger("requests") >= 2, sum.encode());
                assertEquals(0, sum.getInteger("estimated_requests"), sum.encode());
                assertEquals(0, sum.getInteger("output_tokens"), sum.encode());
                assertEquals(tokens * sum.getInteger("requests"), sum.getInteger("input_tokens"));
                assertEquals(
                    tokens * sum.getInteger("requests") / 1_000.0,
                    Double.parseDouble(sum.getString("cost_usd")),
                    1e-9);
                assertEquals(1, usage(ruche, app, "embed/" + MODEL).getInteger("requests"));
              });
    }
  }

  private static JsonArray vector(JsonObject answer) {
    return answer.getJsonArray("data").getJsonObject(0).getJsonArray("embedding");
  }

  private static String newKey(RunningRuche ruche, String name) throws Exception {
    return ruche
        .run("keys", "create", "--tenant", "local", "--name", name, "--scopes", "ai")
        .strip();
  }

  /** The sum of a key and a model; empty while there is none. */
  private JsonObject usage(RunningRuche ruche, String key, String model) throws Exception {
    HttpResponse<String> answer =
        http.send(
            request(ruche.api(), "/v1/usage?group=key,model", key).build(),
            BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return new JsonObject(answer.body())
        .getJsonArray("data").stream()
            .map(JsonObject.class::cast)
            .filter(sum -> sum.getString("model").equals(model))
            .findFirst()
            .orElse(new JsonObject().put("requests", 0));
  }

  private HttpResponse<String> post(int port, String key, JsonObject body) throws Exception {
    return http.send(
        request(port, "/v1/embeddings", key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.encode()))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(int port, String path, String key) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer " + key);
  }
}
