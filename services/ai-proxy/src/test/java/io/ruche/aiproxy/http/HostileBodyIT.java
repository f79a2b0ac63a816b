package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.Scene;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostileBodyIT {

  private static final int FIFTY_MB = 50_000_000;

  private Scene scene;

  @BeforeEach
  void open() throws TimeoutException {
    scene = Scene.open();
  }

  @AfterEach
  void close() throws TimeoutException {
    assertEquals(0, scene.provider().requests(), "nothing hostile reaches the provider");
    scene.close();
  }

  @Test
  void refusesABodyOverTheLimit() throws Exception {
    byte[] body = new byte[FIFTY_MB];
    Arrays.fill(body, (byte) ' ');

    HttpResponse<byte[]> answer = scene.send(scene.chat(body));

    assertError(answer, 413, "payload_too_large");
    assertTrue(text(answer).contains("1048576 bytes"), text(answer));
  }

  @Test
  void refusesABodyThatGrowsOverTheLimit() throws Exception {
    byte[] body = new byte[FIFTY_MB];
    Arrays.fill(body, (byte) ' ');

    HttpResponse<byte[]> answer =
        scene.send(
            HttpRequest.newBuilder(scene.uri("/v1/chat/completions"))
                .POST(
                    HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofByteArray(body))));

    assertError(answer, 413, "payload_too_large");
  }

  @Test
  void refusesALengthThatIsOnlyAnnouncedBeforeTheBodyIsSent() throws Exception {
    try (RawClient client = scene.raw()) {
      client.head("1.1", "Expect: 100-continue", "Content-Length: 9223372036854775807");

      assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 413 "));
    }
  }

  @Test
  void refusesAnEmptyBody() throws Exception {
    assertError(scene.send(scene.chat("")), 400, "invalid_json");
  }

  @Test
  void refusesBinary() throws Exception {
    byte[] body = new byte[4_096];
    new Random(1).nextBytes(body);

    assertError(scene.send(scene.chat(body)), 400, "invalid_json");
  }

  @Test
  void refusesDeepNesting() throws Exception {
    String body = "{\"model\":\"m\",\"messages\":[" + "[".repeat(200_000) + "]}";

    assertError(scene.send(scene.chat(body)), 400, "invalid_json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/json; charset=utf-16"
      })
  void refusesOtherContentTypes(String type) throws Exception {
    assertError(
        scene.send(scene.chat(Scene.HELLO).setHeader("Content-Type", type)),
        415,
        "unsupported_media_type");
  }

  @Test
  void refusesCompressedBodies() throws Exception {
    assertError(
        scene.send(scene.chat(Scene.HELLO).header("Content-Encoding", "gzip")),
        415,
        "unsupported_media_type");
  }

  private static void assertError(HttpResponse<byte[]> answer, int status, String code) {
    assertEquals(status, answer.statusCode(), () -> text(answer));
    JsonObject error = new JsonObject(text(answer)).getJsonObject("error");
    assertEquals(code, error.getString("code"));
    assertEquals("invalid_request_error", error.getString("type"));
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
