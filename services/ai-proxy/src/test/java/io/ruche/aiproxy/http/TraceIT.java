package io.ruche.aiproxy.http;

import static io.ruche.aiproxy.RoutedScene.body;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RoutedScene;
import io.ruche.aiproxy.TestKeys;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.aiproxy.telemetry.SpanCollector;
import io.ruche.aiproxy.telemetry.SpanCollector.Ended;
import io.ruche.http.RunningApi;
import io.ruche.metrics.Tracing;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What requests over HTTP leave in traces. */
class TraceIT {

  private static final String YAML =
      """
      providers:
        alpha: ${alpha}
        beta: ${beta}
      default-provider: alpha
      models:
        fast:
          targets:
            - [{provider: alpha, model: a}]
            - [{provider: beta, model: b}]
      """;

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PATH = "/v1/chat/completions";
  private static final String SECRET = "what-nobody-but-the-provider-may-read";

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private SpanCollector collector;
  private Tracing tracing;
  private RoutedScene scene;
  private RunningApi api;

  @BeforeEach
  void open() throws Exception {
    collector = new SpanCollector(vertx);
    tracing = collector.tracing();
    scene = RoutedScene.open(folder, YAML, tracing);
    api =
        new RunningApi(
            RunningApi.SHORT,
            tracing,
            routes ->
                routes.on(
                    HttpMethod.POST,
                    PATH,
                    ctx -> TestKeys.admit(ctx, TestKeys.named("koff", "tester")),
                    new JsonRequestHandler(
                        Operation.CHAT,
                        scene.proxy().service().newGateway(scene.proxy().service().newDispatcher()),
                        () -> 10_000)));
  }

  @AfterEach
  void close() throws Exception {
    api.close();
    scene.close();
    tracing.stop().await(10, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private int ask(String body) throws Exception {
    return scene
        .client()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + PATH))
                .header("Content-Type", "application/json")
                .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                .POST(HttpRequest.BodyPublishers.ofString(body.replace("Hi", SECRET)))
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  private Ended only(String name) {
    await().atMost(Duration.ofSeconds(20)).until(() -> !collector.named(name).isEmpty());
    List<Ended> all = collector.named(name);
    assertEquals(1, all.size(), () -> all.toString());
    return all.get(0);
  }

  @Test
  void aRequestsSpanIsBelowThatOfHttpAndItsAttemptsBelowIt() throws Exception {
    scene.provider("alpha").next("status=429,retry-after=60");

    assertEquals(200, ask(body("fast", true)));

    Ended http = only("POST " + PATH);
    Ended chat = only("chat fast");
    assertEquals(TRACE, chat.trace());
    assertEquals(http.id(), chat.parent());
    assertEquals(3, chat.kind());
    assertEquals("chat", chat.attributes().get("gen_ai.operation.name"));
    assertEquals("beta", chat.attributes().get("gen_ai.provider.name"));
    assertEquals("fast", chat.attributes().get("gen_ai.request.model"));
    assertEquals("b", chat.attributes().get("gen_ai.response.model"));
    assertEquals("127.0.0.1", chat.attributes().get("server.address"));
    assertTrue(Integer.parseInt(chat.attributes().get("gen_ai.usage.input_tokens")) > 0);
    assertTrue(Integer.parseInt(chat.attributes().get("gen_ai.usage.output_tokens")) > 0);
    assertNull(chat.attributes().get("error.type"));

    List<Ended> attempts = collector.named("POST");
    assertEquals(2, attempts.size(), () -> attempts.toString());
    Ended first = attempts.get(0);
    assertEquals(chat.id(), first.parent());
    assertEquals("429", first.attributes().get("http.response.status_code"));
    assertEquals("429", first.attributes().get("error.type"));
    assertNull(first.attributes().get("http.request.resend_count"));
    Ended second = attempts.get(1);
    assertEquals(chat.id(), second.parent());
    assertEquals("beta", second.attributes().get("gen_ai.provider.name"));
    assertEquals("1", second.attributes().get("http.request.resend_count"));
    assertNull(second.attributes().get("error.type"));
    assertFalse(collector.has(SECRET), "a prompt is in no span");
  }

  @Test
  void saysWhyNobodyAnswered() throws Exception {
    scene.provider("beta").stop().await();

    assertEquals(502, ask(body("beta/b")));

    Ended chat = only("chat beta/b");
    assertEquals("upstream_unreachable", chat.attributes().get("error.type"));
    assertNull(chat.attributes().get("gen_ai.usage.input_tokens"));
    assertTrue(
        collector.named("POST").stream()
            .allMatch(one -> "upstream_unreachable".equals(one.attributes().get("error.type"))));
  }

  @Test
  void namesMadeUpAreNoNamesOfSpans() throws Exception {
    assertEquals(400, ask(body("sim:status=400")));

    assertEquals("sim:status=400", only("chat other").attributes().get("gen_ai.request.model"));
  }

  @Test
  void theOverheadOfTheHeaderIsInTheMetrics() throws Exception {
    assertEquals(200, ask(body("fast")));

    assertEquals(
        1, scene.proxy().registry().get("ruche_ai_proxy_overhead_seconds").timer().count());
  }
}
