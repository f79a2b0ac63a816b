package io.ruche.standalone;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether the dashboards and alarms in {@code monitoring/} ask for what a running Ruche tells: its
 * metrics are scraped once it has done a little of everything.
 */
class MonitoringIT {

  private static final Duration BOUND = Duration.ofSeconds(60);
  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void dashboardsAndAlarmsAskForMetricsThatThereAre() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (RunningRuche ruche =
        new RunningRuche(
            folder,
            """
            prices: {groq: {m: [{input: 1, output: 2}]}}
            providers: {away: {base-url: "http://127.0.0.1:1/v1"}}
            """,
            provider(vertx))) {
      ruche.up();
      String key =
          ruche.run("keys", "create", "--tenant", "local", "--name", "app", "--rpm", "4").strip();
      useIt(ruche, key);
      String librarian =
          ruche
              .run("keys", "create", "--tenant", "local", "--name", "n8n", "--scopes", "documents")
              .strip();
      useDocuments(ruche, librarian);

      await()
          .atMost(BOUND)
          .untilAsserted(
              () ->
                  assertEquals(Map.of(), MonitoringFiles.unknown(scrape(ruche)), "unknown names"));
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  /** Answers, streams, refuses. */
  private static int provider(Vertx vertx) throws Exception {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
        .listen(0, "127.0.0.1")
        .await(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private static void answer(HttpServerRequest request, Buffer body) {
    String usage = "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5}";
    request
        .response()
        .putHeader("x-ratelimit-limit-requests", "14400")
        .putHeader("x-ratelimit-remaining-requests", "14370")
        .putHeader("x-ratelimit-limit-tokens", "18000")
        .putHeader("x-ratelimit-remaining-tokens", "17997");
    if (body.toString().contains("refuse")) {
      request.response().setStatusCode(400).end("{\"error\":{\"message\":\"no\"}}");
    } else if (body.toString().contains("\"stream\":true")) {
      request
          .response()
          .putHeader("content-type", "text/event-stream")
          .end("data: {\"choices\":[{}],\"x_groq\":{" + usage + "}}\n\ndata: [DONE]\n\n");
    } else {
      request
          .response()
          .putHeader("content-type", "application/json")
          .end("{\"id\":\"c\",\"choices\":[]," + usage + "}");
    }
  }

  private void useIt(RunningRuche ruche, String key) throws Exception {
    assertEquals(200, chat(ruche, key, "{\"model\":\"m\",\"messages\":[{}]}"));
    assertEquals(200, chat(ruche, key, "{\"model\":\"m\",\"stream\":true,\"messages\":[{}]}"));
    assertEquals(400, chat(ruche, key, "{\"model\":\"refuse\",\"messages\":[{}]}"));
    int status = 0;
    for (int i = 0; i < 60 && status != 429; i++) {
      status = chat(ruche, key, "{\"model\":\"away/m\",\"messages\":[{}]}");
    }
    assertEquals(429, status, "the key's limit");
    String worker = ruche.run("keys", "create", "--tenant", "local", "--name", "worker").strip();
    assertEquals(202, post(ruche, worker, "/v1/commands/chat", "{\"prompt\":\"Hi\"}"));
  }

  /** Indexes, fails, searches. */
  private void useDocuments(RunningRuche ruche, String key) throws Exception {
    String documents = "http://127.0.0.1:" + ruche.embed() + "/v1/collections/hive/documents/";
    assertEquals(200, put(documents + "a?wait=60", key, "text/plain", "The queen is well."));
    assertEquals(200, put(documents + "b?wait=60", key, "application/pdf", "%PDF-1.7 not one"));
    assertEquals(
        200,
        post(
            URI.create("http://127.0.0.1:" + ruche.embed() + "/v1/collections/hive/search"),
            key,
            "{\"query\":\"queen\"}"));
  }

  private int put(String address, String key, String contentType, String body) throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create(address))
                .timeout(Duration.ofSeconds(90))
                .header("Content-Type", contentType)
                .header("Authorization", "Bearer " + key)
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private int chat(RunningRuche ruche, String key, String body) throws Exception {
    return post(ruche, key, "/v1/chat/completions", body);
  }

  private int post(RunningRuche ruche, String key, String path, String body) throws Exception {
    return post(URI.create("http://127.0.0.1:" + ruche.api() + path), key, body);
  }

  private int post(URI address, String key, String body) throws Exception {
    return http.send(
            HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private String scrape(RunningRuche ruche) throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + ruche.management() + "/metrics");
    return http.send(
            HttpRequest.newBuilder(metrics).build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
        .body();
  }
}
