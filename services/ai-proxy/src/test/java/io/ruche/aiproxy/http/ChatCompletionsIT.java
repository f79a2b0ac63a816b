package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.Scene;
import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
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
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
final class ChatCompletionsIT {

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

  @Test
  void sendsTheBodyOnByteForByte() throws Exception {
    byte[] body =
        "\n{ \"seed\" : 1.50e1 , \"z\":{\"a\":[1, 2]},\t\"messages\":[ {\"content\":\"\\u00e9 é 🐝\"} ],\"model\":\"m\"  }\r\n"
            .getBytes(StandardCharsets.UTF_8);

    HttpResponse<byte[]> answer = scene.send(scene.chat(body));

    assertEquals(200, answer.statusCode());
    assertArrayEquals(body, scene.provider().last().body().getBytes());
  }

  @Test
  void answersByteForByte() throws Exception {
    HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.HELLO));

    assertEquals(scene.sentByProvider(), Buffer.buffer(answer.body()));
    assertTrue(text(answer).contains("Echo: Hello"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunked", "pad=500000", "chunked,pad=500000", "body=garbage", "close"})
  void answersByteForByteHoweverItComes(String behaviour) throws Exception {
    HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.asking(behaviour, false)));

    assertEquals(200, answer.statusCode());
    assertEquals(scene.sentByProvider(), Buffer.buffer(answer.body()));
  }

  @Test
  void sendsTheProvidersKeyAndNotTheClients() throws Exception {
    scene.send(scene.chat(Scene.HELLO).header("Cookie", "a=b").header("X-Secret", "c"));

    var seen = scene.provider().last();
    assertEquals("Bearer " + ProviderSimulator.KEY, seen.header("authorization"));
    assertFalse(seen.headers().toString().contains("rk_of_the_client"));
    assertNull(seen.header("cookie"));
    assertNull(seen.header("x-secret"));
  }

  @Test
  void neverAsksTheProviderToCompress() throws Exception {
    scene.send(scene.chat(Scene.HELLO).header("Accept-Encoding", "gzip, br"));

    assertNull(scene.provider().last().header("accept-encoding"));
  }

  @Test
  void passesLimitsOnAndKeepsTheProvidersConnectionToItself() throws Exception {
    HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.HELLO));

    assertEquals("14400", answer.headers().firstValue("x-ratelimit-limit-requests").orElseThrow());
    assertEquals("7.66s", answer.headers().firstValue("x-ratelimit-reset-tokens").orElseThrow());
    assertEquals("sim", answer.headers().firstValue("x-groq-region").orElseThrow());
    assertEquals(
        "req_simulated", answer.headers().firstValue("x-upstream-request-id").orElseThrow());
    assertTrue(answer.headers().firstValue("set-cookie").isEmpty());
    assertTrue(answer.headers().firstValue("alt-svc").isEmpty());
    assertTrue(answer.headers().firstValue("server").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 408, 409, 413, 422, 424, 429, 498, 500, 502, 503, 504})
  void passesTheProvidersErrorsOnAsTheyCome(int status) throws Exception {
    HttpResponse<byte[]> answer =
        scene.send(scene.chat(Scene.asking("retry-after=2,status=" + status, false)));

    assertEquals(status, answer.statusCode());
    assertEquals(scene.sentByProvider(), Buffer.buffer(answer.body()));
    assertEquals("2", answer.headers().firstValue("retry-after").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tool_use_failed", "json_validate_failed", "capacity_exceeded"})
  void passesTextualCodesOn(String code) throws Exception {
    HttpResponse<byte[]> answer =
        scene.send(scene.chat(Scene.asking("status=400,code=" + code, true)));

    assertEquals(400, answer.statusCode());
    assertEquals(code, new JsonObject(text(answer)).getJsonObject("error").getString("code"));
  }

  @Test
  void opensNoConnectionForEachRequest() throws Exception {
    for (int i = 0; i < 50; i++) {
      scene.send(scene.chat(Scene.HELLO));
    }

    // Two event loops, of which each keeps what it opened for this class.
    assertTrue(scene.provider().connections() <= 8, "" + scene.provider().connections());
  }

  @Test
  void listsModels() throws Exception {
    HttpResponse<byte[]> answer = scene.send(HttpRequest.newBuilder(scene.uri("/v1/models")));

    assertEquals(200, answer.statusCode());
    assertEquals(scene.sentByProvider(), Buffer.buffer(answer.body()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-3.3-70b-versatile", "openai/gpt-oss-20b", "openai%2Fgpt-oss-20b"})
  void showsOneModel(String id) throws Exception {
    HttpResponse<byte[]> answer = scene.send(HttpRequest.newBuilder(scene.uri("/v1/models/" + id)));

    assertEquals(200, answer.statusCode());
    assertEquals("/openai/v1/models/" + id, scene.provider().last().uri());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/%2e%2e/%2E%2e/chat", "a//b", ".%2e", "a/b/c/d/e"})
  void refusesModelPathsThatCouldClimb(String id) throws Exception {
    HttpResponse<byte[]> answer = scene.send(HttpRequest.newBuilder(scene.uri("/v1/models/" + id)));

    assertEquals(404, answer.statusCode());
    assertEquals(0, scene.provider().requests());
  }

  @Test
  void tellsAClientThatAsksToGoOnWithItsBody() throws Exception {
    try (RawClient client = scene.raw()) {
      client.head("1.1", "Expect: 100-continue", "Content-Length: " + Scene.HELLO.length());
      client.readUntil("HTTP/1.1 100 Continue\r\n\r\n");

      client.write(Scene.HELLO);

      client.readUntil("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void answersClientsOfHttp10() throws Exception {
    try (RawClient client = scene.raw()) {
      String body = Scene.asking("pad=200000,chunked", false);
      client.head("1.0", "Connection: keep-alive", "Content-Length: " + body.length()).write(body);

      String answer = client.readToEnd();

      assertEquals(
          scene.sentByProvider().toString(), answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    try (RawClient client = scene.raw()) {
      client.chat(Scene.asking("delay=50", false)).chat(Scene.HELLO);

      client.readUntil("Echo: Hi\"");
      client.readUntil("Echo: Hello\"");
    }
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
