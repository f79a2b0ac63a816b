package io.ruche.standalone;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether the dashboards and alarms in {@code monitoring/} ask for what a running Ruche tells: its
 * metrics are scraped once it has done a little of everything.
 */
class MonitoringIT {

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Path MONITORING = repository().resolve("monitoring");

  /** Of parts that are configured for it only. */
  private static final Set<String> NOT_BY_DEFAULT = Set.of("ruche_ai_cache_requests_total");

  /** Of Prometheus itself. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up", "job", "instance");

  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
  private static final Pattern LABELS =
      Pattern.compile("\\{([^}]*)}|(?:by|without|on|ignoring) *\\(([^)]*)\\)");
  private static final Pattern LABEL = Pattern.compile("[a-z_]+(?= *(?:=|!|,|$))");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:ruche|gen_ai|jvm|process)_[a-z_]+|\\bup\\b");
  private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? .*");
  private static final Pattern VALUES = Pattern.compile("label_values\\((.*), (.*)\\)");
  private static final Pattern NAMED = Pattern.compile("([a-z_]+)=\"");

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  private static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("monitoring"))) {
      here = here.getParent();
    }
    return here;
  }

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

      await()
          .atMost(BOUND)
          .untilAsserted(() -> assertEquals(Map.of(), unknown(scrape(ruche)), "unknown names"));
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

  private int chat(RunningRuche ruche, String key, String body) throws Exception {
    return post(ruche, key, "/v1/chat/completions", body);
  }

  private int post(RunningRuche ruche, String key, String path, String body) throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ruche.api() + path))
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

  /** Names that nothing in the scrape has, by the expression that has them. */
  private static Map<String, Set<String>> unknown(String scrape) throws Exception {
    Set<String> metrics = new TreeSet<>(NOT_BY_DEFAULT);
    metrics.addAll(OF_PROMETHEUS);
    Set<String> labels = new TreeSet<>(OF_PROMETHEUS);
    labels.add("le");
    labels.addAll(Set.of("route", "result")); // Of the cache.
    for (String line : scrape.lines().filter(one -> !one.startsWith("#")).toList()) {
      Matcher sample = SAMPLE.matcher(line);
      if (sample.matches()) {
        metrics.add(sample.group(1));
        Matcher named = NAMED.matcher(String.valueOf(sample.group(2)));
        while (named.find()) {
          labels.add(named.group(1));
        }
      }
    }
    Map<String, Set<String>> unknown = new TreeMap<>();
    List<String> all = expressions();
    assertTrue(all.size() > 50, () -> all.size() + " expressions");
    for (String expression : all) {
      Set<String> missing = new TreeSet<>(metrics(expression));
      missing.removeAll(metrics);
      Set<String> missingLabels = new TreeSet<>(labels(expression));
      missingLabels.removeAll(labels);
      missing.addAll(missingLabels);
      if (!missing.isEmpty()) {
        unknown.put(expression, missing);
      }
    }
    return unknown;
  }

  private static Set<String> metrics(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher metric =
        METRIC.matcher(LABELS.matcher(QUOTED.matcher(expression).replaceAll("")).replaceAll(" "));
    while (metric.find()) {
      names.add(metric.group());
    }
    return names;
  }

  private static Set<String> labels(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher groups = LABELS.matcher(QUOTED.matcher(expression).replaceAll(""));
    while (groups.find()) {
      String inside = groups.group(1) == null ? groups.group(2) : groups.group(1);
      Matcher label = LABEL.matcher(inside);
      while (label.find()) {
        names.add(label.group());
      }
    }
    return names;
  }

  private static List<String> expressions() throws Exception {
    List<String> all = new ArrayList<>();
    JsonObject dashboard =
        new JsonObject(Files.readString(MONITORING.resolve("grafana/dashboards/ai-proxy.json")));
    for (Object panel : dashboard.getJsonArray("panels")) {
      for (Object target : ((JsonObject) panel).getJsonArray("targets", new JsonArray())) {
        all.add(((JsonObject) target).getString("expr"));
      }
    }
    for (Object variable : dashboard.getJsonObject("templating").getJsonArray("list")) {
      String definition = ((JsonObject) variable).getString("definition");
      if (definition != null) {
        Matcher parts = VALUES.matcher(definition);
        assertTrue(parts.matches(), definition);
        all.add(parts.group(1) + "{" + parts.group(2) + "=\"\"}");
      }
    }
    Matcher alarm =
        Pattern.compile("^ +expr: *(?:\\|\\n((?: {10,}.*\\n)+)|(.*)\\n)", Pattern.MULTILINE)
            .matcher(Files.readString(MONITORING.resolve("prometheus/rules/ai-proxy.yaml")));
    while (alarm.find()) {
      all.add(alarm.group(1) == null ? alarm.group(2) : alarm.group(1));
    }
    return all;
  }
}
