package io.ruche.http;

import static io.ruche.http.RawConnection.ask;
import static io.ruche.http.RawConnection.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.http.RawConnection.Answer;
import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Readiness;
import io.ruche.metrics.Metrics;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {

  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics("test");
  private final AtomicReference<Dependency> redis = new AtomicReference<>(Dependency.up());
  private final Readiness readiness = new Readiness();
  private ManagementServer server;

  @BeforeEach
  void start() throws Exception {
    readiness.register("redis", redis::get);
    readiness.register("postgres", Dependency::up);
    server =
        new ManagementServer(
            vertx, "test", "127.0.0.1", new HttpApi.Port(0, "any"), readiness, metrics);
    server.start().await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    server.stop().await(10, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
    metrics.close();
  }

  @Test
  void isReadyWhileEveryDependencyIsUp() throws IOException {
    Answer answer = ask(server.port(), request("GET", "/health/ready", ""));

    assertEquals(200, answer.status());
    assertEquals("READY", new JsonObject(answer.body()).getString("status"));
  }

  @Test
  void namesTheDependencyThatIsDownAndStaysAlive() throws IOException {
    redis.set(Dependency.down("connection refused"));

    Answer ready = ask(server.port(), request("GET", "/health/ready", ""));
    Answer live = ask(server.port(), request("GET", "/health/live", ""));

    assertEquals(503, ready.status());
    assertEquals(
        new JsonObject()
            .put("postgres", new JsonObject().put("state", "UP"))
            .put(
                "redis", new JsonObject().put("state", "DOWN").put("detail", "connection refused")),
        new JsonObject(ready.body()).getJsonObject("dependencies"));
    assertEquals(200, live.status());
  }

  @Test
  void informsOfWhatIsDownAndDoesNotDecide() throws IOException {
    readiness.inform("providers", () -> Map.of("groq", Dependency.down("it answered 503")));

    Answer ready = ask(server.port(), request("GET", "/health/ready", ""));

    assertEquals(200, ready.status());
    assertEquals(
        new JsonObject()
            .put("groq", new JsonObject().put("state", "DOWN").put("detail", "it answered 503")),
        new JsonObject(ready.body()).getJsonObject("providers"));
  }

  @Test
  void tellsTheMetricsOfTheProcess() throws IOException {
    Answer answer = ask(server.port(), request("GET", "/metrics", ""));

    assertEquals("text/plain; version=0.0.4; charset=utf-8", answer.header("content-type"));
    assertTrue(answer.body().contains("jvm_memory_used_bytes{"), answer.body());
    assertTrue(answer.body().contains("process_uptime_seconds{service=\"test\"}"), answer.body());
  }
}
