package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.Scene;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is Groq's own, and reaches the client as Groq sent it. */
@TestInstance(Lifecycle.PER_CLASS)
final class GroqIT {

  private Scene scene;

  @BeforeAll
  void open() throws TimeoutException {
    scene = Scene.open();
  }

  @AfterAll
  void close() throws TimeoutException {
    scene.close();
  }

  @BeforeEach
  void forget() {
    scene.provider().forget();
  }

  @ParameterizedTest
  @CsvSource({
    "tool_use_failed, false",
    "tool_use_failed, true",
    "json_validate_failed, false",
    "json_validate_failed, true"
  })
  void keepsTextualCodesAndTheFailedGeneration(String code, boolean stream) throws Exception {
    HttpResponse<byte[]> answer =
        scene.send(scene.chat(Scene.asking("status=400,code=" + code, stream)));

    assertEquals(400, answer.statusCode());
    assertEquals(scene.sentByProvider(), Buffer.buffer(answer.body()));
    JsonObject error = json(answer).getJsonObject("error");
    assertEquals(code, error.getString("code"));
    assertEquals("<function=broken>{", error.getString("failed_generation"));
  }

  @Test
  void keeps498CapacityExceeded() throws Exception {
    HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.asking("status=498", false)));

    assertEquals(498, answer.statusCode());
    assertEquals(scene.sentByProvider(), Buffer.buffer(answer.body()));
    assertEquals("capacity_exceeded", json(answer).getJsonObject("error").getString("code"));
  }

  /** Being out of capacity or over a limit is not being ill. */
  @Test
  void asksAModelThatWasOutOfCapacityManyTimesInARow() throws Exception {
    for (int i = 0; i < 12; i++) {
      scene.provider().next("status=498");
      assertEquals(498, scene.send(scene.chat(Scene.HELLO)).statusCode());
    }

    assertEquals(200, scene.send(scene.chat(Scene.HELLO)).statusCode());
  }

  @Test
  void keeps429WithItsHeaders() throws Exception {
    HttpResponse<byte[]> answer =
        scene.send(scene.chat(Scene.asking("status=429,retry-after=2", false)));

    assertEquals(429, answer.statusCode());
    assertEquals(scene.sentByProvider(), Buffer.buffer(answer.body()));
    for (String header :
        new String[] {
          "retry-after",
          "x-ratelimit-limit-requests",
          "x-ratelimit-limit-tokens",
          "x-ratelimit-remaining-requests",
          "x-ratelimit-remaining-tokens",
          "x-ratelimit-reset-requests",
          "x-ratelimit-reset-tokens"
        }) {
      assertEquals(1, answer.headers().allValues(header).size(), header);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'logprobs':true",
        "'logit_bias':{'50256':-100}",
        "'top_logprobs':2",
        "'n':2",
        "'n':0",
        "'messages':[{'role':'user','name':'ada','content':'Hi'}]"
      })
  void leavesTheRefusalOfFieldsToGroq(String field) throws Exception {
    String messages =
        field.startsWith("'messages'") ? "" : "'messages':[{'role':'user','content':'Hi'}],";
    String body = ("{'model':'m'," + messages + field + "}").replace('\'', '"');

    HttpResponse<byte[]> answer = scene.send(scene.chat(body));

    assertEquals(400, answer.statusCode());
    assertEquals(body, scene.provider().last().body().toString());
    assertEquals(scene.sentByProvider(), Buffer.buffer(answer.body()));
    assertEquals("invalid_request_error", json(answer).getJsonObject("error").getString("type"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leavesGroqsOwnFieldsInTheAnswer(boolean stream) throws Exception {
    HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.asking("tokens=2", stream)));

    assertEquals(scene.sentByProvider(), Buffer.buffer(answer.body()));
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertTrue(text.contains("\"x_groq\":{\"id\":\"req_simulated\""), text);
    assertTrue(text.contains("\"queue_time\":0.018"), text);
  }

  @Test
  void namesGroqAsTheProvider() throws Exception {
    HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.HELLO));

    assertEquals("groq", answer.headers().firstValue("x-ruche-provider").orElseThrow());
  }

  private static JsonObject json(HttpResponse<byte[]> answer) {
    return new JsonObject(new String(answer.body(), StandardCharsets.UTF_8));
  }
}
