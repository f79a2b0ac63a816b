package io.ruche.bus.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.Scope;
import io.ruche.testing.NeedsMosquitto;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a poster is told while Redis is away, and what becomes of what it posts. */
@NeedsMosquitto
class CommandRoutesOutageIT {

  private RunningCommands echo;
  private String key;

  @BeforeEach
  void start() throws Exception {
    echo = new RunningCommands();
    key = echo.key("koff", "n8n", Scope.AI);
    assertEquals(202, post("before").statusCode());
  }

  @AfterEach
  void stop() throws Exception {
    echo.close();
  }

  private HttpResponse<String> post(String id) throws Exception {
    return echo.post(key, "say", "{\"id\":\"" + id + "\"}", "Idempotency-Key", id);
  }

  @Test
  void isToldToRepeatAndTheRepetitionIsDoneOnce() throws Exception {
    echo.redis.kill();
    HttpResponse<String> answer = post("a-1");
    assertAway(answer);
    assertEquals(503, echo.get(key, "/v1/commands/before").statusCode());
    echo.redis.launch();
    awaitTaken("a-1");
    assertStoredOnce("a-1", 2);
  }

  @Test
  void isAnsweredInTimeByARedisThatStandsStill() throws Exception {
    signal("STOP");
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return post("a-2");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertAway(answer.get(25, TimeUnit.SECONDS));
    signal("CONT");
    // What was in the socket of the stopped Redis may be carried out now, and is the same command.
    awaitTaken("a-2");
    assertStoredOnce("a-2", 2);
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + echo.redis.process().pid()).start().waitFor();
  }

  private static void assertAway(HttpResponse<String> answer) {
    assertEquals(503, answer.statusCode(), answer.body());
    assertEquals("2", answer.headers().firstValue("Retry-After").orElse(""));
    assertTrue(
        new JsonObject(answer.body()).getString("detail").contains("same Idempotency-Key"),
        answer.body());
  }

  private void awaitTaken(String id) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> post(id).statusCode() == 202);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> echo.get(key, "/v1/commands/" + id).body().contains("\"state\":\"done\""));
  }

  private void assertStoredOnce(String id, int entries) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Redis client = Redis.createClient(vertx, echo.redis.url());
      long length =
          client
              .send(Request.cmd(Command.XLEN).arg("{koff}:cmd:echo:say"))
              .await(5, TimeUnit.SECONDS)
              .toLong();
      assertEquals(entries, length);
    } finally {
      vertx.close().await(5, TimeUnit.SECONDS);
    }
    assertEquals(1, Collections.frequency(echo.handled, id));
  }
}
