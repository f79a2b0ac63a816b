package io.ruche.http;

import static io.ruche.http.RawConnection.request;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ruche.logging.LogLines;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.ruche.http.access");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void tellsWhoAskedWhatAndNoSecret() throws Exception {
    try (RunningApi api =
        new RunningApi(
            routes ->
                routes.on(
                    HttpMethod.GET,
                    "/v1/models",
                    ctx -> {
                      Exchange.of(ctx).client("koff", "laptop");
                      ctx.end("models");
                    }))) {
      RawConnection.ask(
          api.port(),
          request(
              "GET",
              "/v1/models?key=rk_secret",
              List.of(
                      "Authorization: Bearer rk_secret",
                      "Cookie: s=rk_secret",
                      "X-Request-Id: r1",
                      "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                  .stream()
                  .collect(Collectors.joining("\r\n", "", "\r\n"))));
      await().atMost(5, TimeUnit.SECONDS).until(() -> lines.list.size() == 1);
    }

    Map<String, String> line = new TreeMap<>();
    lines.list.get(0).getKeyValuePairs().forEach(p -> line.put(p.key, String.valueOf(p.value)));
    line.remove("ms");
    assertEquals(
        Map.of(
            "method", "GET",
            "path", "/v1/models",
            "status", "200",
            "bytes", "6",
            "request_id", "r1",
            "trace_id", "4bf92f3577b34da6a3ce929d0e0e4736",
            "tenant", "koff",
            "client", "koff.laptop"),
        line);
    LogLines json = new LogLines();
    json.setContext(logger.getLoggerContext());
    json.setFormat("json");
    json.start();
    String written = new String(json.encode(lines.list.get(0)), StandardCharsets.UTF_8);
    assertEquals("koff", new JsonObject(written).getString("tenant"));
    assertFalse(written.contains("rk_secret"), written);
  }

  @Test
  void cannotBeForgedOrColoured() {
    assertEquals("/a?[31m?x", AccessLog.printable("/a\u001b[31m\nx"));
    assertEquals(259, AccessLog.printable("/".repeat(5_000)).length());
  }
}
