package io.ruche.standalone;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Ruche that does a little of everything, before a provider that answers, streams and refuses.
 */
final class MonitoredRuche implements AutoCloseable {

  private static final String SETTINGS =
      """
      prices: {groq: {m: [{input: 1, output: 2}]}}
      providers: {away: {base-url: "http://127.0.0.1:1/v1"}}
      models:
        safe: {targets: [[{provider: away, model: m}], [{provider: groq, model: m}]]}
        faq: {targets: [[{provider: groq, model: m}]], cache: {ttl: 10m}}
      """;

  private final Vertx vertx;
  private final HttpClient http = HttpClient.newHttpClient();
  private final RunningRuche ruche;
  private final String key;
  private final String limited;
  private final String librarian;
  private int documents;

  private MonitoredRuche(RunningRuche ruche, Vertx vertx) throws Exception {
    this.ruche = ruche;
    this.vertx = vertx;
    ruche.up();
    key = key("app");
    limited = key("few", "--rpm", "1");
    librarian = key("n8n", "--scopes", "documents");
  }

  /** Starts it; what was started until something failed is ended. */
  static MonitoredRuche start(Path folder) throws Exception {
    Vertx vertx = Vertx.vertx();
    RunningRuche ruche = new RunningRuche(folder, SETTINGS, provider(vertx));
    try {
      return new MonitoredRuche(ruche, vertx);
    } catch (Exception | AssertionError failed) {
      ruche.close();
      vertx.close().await(10, TimeUnit.SECONDS);
      throw failed;
    }
  }

  private String key(String name, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("keys", "create", "--tenant", "local"));
    command.addAll(List.of("--name", name));
    command.addAll(List.of(more));
    return ruche.run(command.toArray(String[]::new)).strip();
  }

  private static int provider(Vertx vertx) throws TimeoutException {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
        .listen(0, "127.0.0.1")
        .await(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private static void answer(HttpServerRequest request, Buffer body) {
    String usage = "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5}";
    String asked = body.toString();
    HttpServerResponse response =
        request
            .response()
            .putHeader("x-ratelimit-limit-requests", "14400")
            .putHeader("x-ratelimit-remaining-requests", "14370")
            .putHeader("x-ratelimit-limit-tokens", "18000")
            .putHeader("x-ratelimit-remaining-tokens", "17997");
    if (asked.contains("refuse")) {
      response.setStatusCode(400).end("{\"error\":{\"message\":\"no\"}}");
    } else if (asked.contains("busy")) {
      response.setStatusCode(429).end("{\"error\":{\"message\":\"later\"}}");
    } else if (asked.contains("\"stream\":true")) {
      response
          .setChunked(true)
          .putHeader("content-type", "text/event-stream")
          .write("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n")
          .onSuccess(
              written ->
                  response.end(
                      "data: {\"choices\":[{}],\"x_groq\":{" + usage + "}}\n\ndata: [DONE]\n\n"));
    } else {
      response
          .putHeader("content-type", "application/json")
          .end(
              "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
                  + "\"a\"},\"finish_reason\":\"stop\"}],"
                  + usage
                  + "}");
    }
  }

  /** A little of everything, once. */
  void use() throws Exception {
    chat(key, "m", "");
    chat(key, "m", "\"stream\":true,");
    chat(key, "refuse", "");
    chat(key, "busy", "");
    chat(key, "away/m", "");
    chat(key, "safe", "");
    chat(key, "faq", "");
    chat(limited, "m", "");
    chat(limited, "m", "");
    post(key, "/v1/commands/chat", "{\"prompt\":\"Hi\"}");
    post(key, "/v1/commands/chat", "{\"nothing\":1}");
    put("note?wait=60", "text/html", "<p>The queen is well, number " + ++documents + "</p>");
    put("broken?wait=60", "application/pdf", "%PDF-1.7 not one, number " + documents);
    for (String mode : List.of("dense", "bm25", "hybrid")) {
      search("{\"query\":\"queen\",\"mode\":\"" + mode + "\"}");
    }
    search("{\"query\":\"queen\",\"rerank\":true}");
  }

  private void put(String document, String contentType, String body) throws Exception {
    send(
        documents("documents/" + document)
            .header("Content-Type", contentType)
            .PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  private void search(String body) throws Exception {
    send(
        documents("search")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder documents(String path) {
    String collection = "http://127.0.0.1:" + ruche.embed() + "/v1/collections/hive/";
    return HttpRequest.newBuilder(URI.create(collection + path))
        .header("Authorization", "Bearer " + librarian);
  }

  private void chat(String as, String model, String more) throws Exception {
    String message = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    post(as, "/v1/chat/completions", "{\"model\":\"" + model + "\"," + more + message);
  }

  private void post(String as, String path, String body) throws Exception {
    send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ruche.api() + path))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + as)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private void send(HttpRequest.Builder request) throws Exception {
    http.send(
        request.timeout(Duration.ofSeconds(90)).build(), HttpResponse.BodyHandlers.discarding());
  }

  /** Where health and metrics are. */
  int management() {
    return ruche.management();
  }

  /** What it tells Prometheus. */
  String scrape() throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + management() + "/metrics");
    return http.send(
            HttpRequest.newBuilder(metrics).build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
        .body();
  }

  @Override
  public void close() throws TimeoutException {
    http.shutdownNow();
    ruche.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }
}
