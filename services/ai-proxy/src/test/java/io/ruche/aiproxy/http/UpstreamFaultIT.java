package io.ruche.aiproxy.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.Scene;
import io.ruche.aiproxy.routing.Pool;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpstreamFaultIT {

  @Test
  void namesTheVariableToSetWhenNoProviderIsConfigured() throws Exception {
    try (Scene scene = Scene.withoutKey()) {
      for (HttpRequest.Builder request :
          List.of(scene.chat(Scene.HELLO), HttpRequest.newBuilder(scene.uri("/v1/models")))) {
        HttpResponse<byte[]> answer = scene.send(request);

        assertError(answer, 503, "provider_not_configured");
        assertTrue(message(answer).contains("GROQ_API_KEY"));
        assertEquals("false", answer.headers().firstValue("x-should-retry").orElseThrow());
      }
      assertEquals(0, scene.provider().requests());
    }
  }

  @Test
  void answers502WhileTheProviderIsAwayAndRecovers() throws Exception {
    try (Scene scene = Scene.open()) {
      scene.send(scene.chat(Scene.HELLO));
      scene.provider().stop().await(10, SECONDS);
      await()
          .atMost(10, SECONDS)
          .untilAsserted(
              () -> assertError(scene.send(scene.chat(Scene.HELLO)), 502, "upstream_unreachable"));

      scene.provider().start().await(10, SECONDS);

      assertEquals(200, scene.send(scene.chat(Scene.HELLO)).statusCode());
    }
  }

  @Test
  void answers504WhenTheFirstByteDoesNotComeAndGivesTheCallUp() throws Exception {
    try (Scene scene = Scene.open(Scene.BRISK)) {
      HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.asking("stall=0", false)));

      assertError(answer, 504, "upstream_timeout");
      await().atMost(5, SECONDS).until(() -> scene.provider().last().isCancelled());
    }
  }

  @Test
  void endsAStreamThatFallsSilent() throws Exception {
    try (Scene scene = Scene.open(Scene.BRISK);
        RawClient client = scene.raw()) {
      client.chat(Scene.asking("stall=2", true));

      String answer = client.readToEnd();

      assertTrue(answer.contains("\n\ndata: {\"error\":{"), answer);
      assertTrue(answer.contains("\"code\":\"upstream_timeout\""), answer);
      await().atMost(5, SECONDS).until(() -> scene.provider().last().isCancelled());
    }
  }

  @Test
  void letsAStreamRunForLongerThanAnyOfItsPauses() throws Exception {
    try (Scene scene = Scene.open(Scene.BRISK)) {
      HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.asking("tokens=12,gap=100", true)));

      assertTrue(text(answer).endsWith("data: [DONE]\n\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut=0", "cut=100", "chunked,cut=100"})
  void answers502WhenTheProviderBreaksOff(String behaviour) throws Exception {
    try (Scene scene = Scene.open()) {
      assertError(scene.send(scene.chat(Scene.asking(behaviour, false))), 502, "upstream_cut");
      assertEquals(1, scene.provider().requests());
    }
  }

  @Test
  void leavesALongAnswerThatWasCutVisiblyIncomplete() throws Exception {
    try (Scene scene = Scene.open();
        RawClient client = scene.raw()) {
      client.chat(Scene.asking("pad=500000,cut=300000", false));

      String answer = client.readToEnd();

      assertTrue(answer.contains("content-length: 500"), answer.substring(0, 300));
      assertTrue(answer.length() < 310_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"body=not_http", "body=html", "status=302"})
  void answers502ForWhatIsNoAnswerOfAProvider(String behaviour) throws Exception {
    try (Scene scene = Scene.open()) {
      HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.asking(behaviour, false)));

      assertError(answer, 502, "upstream_invalid_reply");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"html", "empty", "garbage"})
  void keepsTheStatusOfAnErrorWithoutAnErrorObject(String body) throws Exception {
    try (Scene scene = Scene.open()) {
      HttpResponse<byte[]> answer =
          scene.send(scene.chat(Scene.asking("status=503,retry-after=7,body=" + body, true)));

      assertError(answer, 503, "upstream_invalid_reply");
      assertEquals("7", answer.headers().firstValue("retry-after").orElseThrow());
    }
  }

  @Test
  void answers503WithRetryAfterWhenTheQueueIsFull() throws Exception {
    try (Scene scene = Scene.open(new Pool(1, 1, Duration.ofSeconds(30)))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(scene.raw().chat(Scene.asking("delay=500", false)));
      }

      int refused = 0;
      for (RawClient client : clients) {
        String answer = client.readUntil("\r\n\r\n").toLowerCase(Locale.ROOT);
        if (answer.startsWith("http/1.1 503")) {
          refused++;
          assertTrue(answer.contains("retry-after: 1"), answer);
          assertTrue(client.readUntil("}}").contains("\"upstream_busy\""));
        } else {
          assertTrue(answer.startsWith("http/1.1 200"), answer);
        }
        client.leave();
      }

      // Each of two event loops has one connection and room for one more request.
      assertTrue(refused >= 4, refused + " of 8");
      assertTrue(refused < 8, refused + " of 8");
      assertEquals(200, scene.send(scene.chat(Scene.HELLO)).statusCode());
    }
  }

  private static void assertError(HttpResponse<byte[]> answer, int status, String code) {
    assertEquals(status, answer.statusCode(), () -> text(answer));
    JsonObject error = new JsonObject(text(answer)).getJsonObject("error");
    assertEquals(code, error.getString("code"));
    assertEquals("upstream_error", error.getString("type"));
    assertTrue(error.containsKey("param"));
    assertEquals("application/json", answer.headers().firstValue("content-type").orElseThrow());
  }

  private static String message(HttpResponse<byte[]> answer) {
    return new JsonObject(text(answer)).getJsonObject("error").getString("message");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
