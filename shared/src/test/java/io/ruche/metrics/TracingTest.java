package io.ruche.metrics;

import static io.ruche.http.RawConnection.request;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.http.Exchange;
import io.ruche.http.RawConnection;
import io.ruche.http.RunningApi;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TracingTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  /** The requests that the collector got: paths and protobuf bodies. */
  private record Export(String path, Buffer body) {

    boolean has(String text) {
      return new String(body.getBytes(), StandardCharsets.ISO_8859_1).contains(text);
    }

    boolean hasTrace(String hex) {
      return has(new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1));
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final List<Export> exports = new CopyOnWriteArrayList<>();
  private HttpServer collector;

  @BeforeEach
  void listen() throws Exception {
    collector =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              exports.add(new Export(request.path(), body));
                              request
                                  .response()
                                  .putHeader("Content-Type", "application/x-protobuf")
                                  .end();
                            }))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private Tracing tracing(double ratio) {
    URI endpoint = URI.create("http://127.0.0.1:" + collector.actualPort());
    return Tracing.of(new TracingConfig(endpoint, ratio), "ai-proxy");
  }

  @Test
  void sendsASpanThatContinuesTheCallersTrace() throws Exception {
    Tracing tracing = tracing(0.0);

    Span span = tracing.start("chat", Span.Kind.CONSUMER, PARENT);
    span.attribute("tenant", "koff");
    String handedOn = span.traceparent();
    span.end();
    tracing.stop().await(10, TimeUnit.SECONDS);

    assertNotNull(handedOn);
    assertTrue(handedOn.startsWith("00-" + TRACE + "-"), handedOn);
    assertNotEquals(PARENT, handedOn);
    assertEquals(1, exports.size());
    assertEquals("/v1/traces", exports.get(0).path());
    assertTrue(exports.get(0).hasTrace(TRACE));
    assertTrue(exports.get(0).has("ai-proxy"));
    assertTrue(exports.get(0).has("koff"));
  }

  @Test
  void startsATraceOfItsOwnWithoutAValidParent() {
    Tracing tracing = tracing(1.0);

    Span none = tracing.start("a", Span.Kind.INTERNAL, null);
    Span bad = tracing.start("b", Span.Kind.INTERNAL, "00-zz-zz-01");

    assertTrue(String.valueOf(none.traceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
    assertTrue(String.valueOf(bad.traceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
    tracing.stop();
  }

  @Test
  void followsARequestThroughTheHttpEdge() throws Exception {
    Tracing tracing = tracing(1.0);
    AtomicReference<String> seen = new AtomicReference<>("");
    try (RunningApi api =
        new RunningApi(
            RunningApi.SHORT,
            tracing,
            routes ->
                routes.on(
                    HttpMethod.GET,
                    "/v1/models/{id}",
                    ctx -> {
                      seen.set(String.valueOf(Exchange.of(ctx).span().traceparent()));
                      ctx.end("ok");
                    }))) {
      RawConnection.ask(
          api.port(), request("GET", "/v1/models/7", "traceparent: " + PARENT + "\r\n"));
      await()
          .atMost(10, TimeUnit.SECONDS)
          .until(() -> exports.stream().anyMatch(e -> e.has("GET /v1/models/{id}")));
    }
    tracing.stop().await(10, TimeUnit.SECONDS);

    assertTrue(String.valueOf(seen.get()).startsWith("00-" + TRACE), "the trace is handed on");
    assertFalse(exports.stream().anyMatch(e -> e.has("/v1/models/7")));
  }

  @Test
  void losesSpansAndNothingElseWhenTheCollectorIsAway() throws Exception {
    Tracing tracing = tracing(1.0);
    collector.close().await(10, TimeUnit.SECONDS);

    tracing.start("chat", Span.Kind.INTERNAL, null).end();

    tracing.stop().await(30, TimeUnit.SECONDS);
    assertTrue(exports.isEmpty());
  }

  @Test
  void passesATraceThroughWhenOff() {
    Tracing off = Tracing.of(TracingConfig.OFF, "ai-proxy");

    assertFalse(off.on());
    assertEquals(PARENT, off.start("chat", Span.Kind.SERVER, PARENT).traceparent());
    assertNull(off.start("chat", Span.Kind.SERVER, "00-x").traceparent());
    assertNull(off.start("chat", Span.Kind.SERVER, null).traceparent());
  }

  @Test
  void refusesSettingsThatCannotWork() {
    assertThrows(IllegalArgumentException.class, () -> new TracingConfig(null, 1.1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TracingConfig(URI.create("otel-collector:4317"), 1.0));
  }
}
