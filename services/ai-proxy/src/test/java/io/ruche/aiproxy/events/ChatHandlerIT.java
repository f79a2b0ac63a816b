package io.ruche.aiproxy.events;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.Scene;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatHandlerIT {

  @Test
  void completesAPromptWithTheProvidersOwnBytes() throws Exception {
    try (Scene scene = Scene.open()) {
      Outcome.Done done =
          assertInstanceOf(Outcome.Done.class, handle(scene, "{\"prompt\":\"Hello\"}"));

      assertEquals(scene.sentByProvider(), done.result().data());
      assertEquals("application/json", done.result().contentType());
      assertTrue(done.result().data().toString().contains("Echo: Hello"));
      JsonObject asked = new JsonObject(scene.provider().last().body());
      assertEquals("llama-3.3-70b-versatile", asked.getString("model"));
    }
  }

  @Test
  void sendsAFullBodyByteForByte() throws Exception {
    try (Scene scene = Scene.open()) {
      handle(scene, Scene.HELLO);

      assertEquals(Buffer.buffer(Scene.HELLO), scene.provider().last().body());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 425, 500, 502, 503, 504})
  void retriesWhatMayPass(int status) throws Exception {
    try (Scene scene = Scene.open()) {
      Outcome.Retry retry =
          assertInstanceOf(
              Outcome.Retry.class,
              handle(scene, Scene.asking("retry-after=2,status=" + status, false)));

      assertEquals(Duration.ofSeconds(2), retry.after());
      assertTrue(retry.reason().startsWith("The provider answered " + status), retry.reason());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 498})
  void waitsOutLimitsAndWantOfCapacity(int status) throws Exception {
    try (Scene scene = Scene.open()) {
      Outcome.Later later =
          assertInstanceOf(
              Outcome.Later.class,
              handle(scene, Scene.asking("retry-after=2,status=" + status, false)));

      assertTrue(later.after().toMillis() > 1_500, later.toString());
      assertTrue(later.reason().startsWith("The provider answered " + status), later.reason());
    }
  }

  @Test
  void losesNoAttemptWhileTheProviderIsDown() throws Exception {
    try (Scene scene = Scene.open()) {
      for (int i = 0; i < 5; i++) {
        scene.send(scene.chat(Scene.asking("status=503", false)));
      }
      scene.provider().forget();

      for (int i = 0; i < 3; i++) {
        assertInstanceOf(Outcome.Later.class, handle(scene, Scene.asking("status=503", false)));
      }

      assertEquals(0, scene.provider().requests());
    }
  }

  @Test
  void asksOnlyAFewTimesWhereTheModelDoesNotKeepToAForm() throws Exception {
    try (Scene scene = Scene.open()) {
      String unlucky = Scene.asking("status=400,code=tool_use_failed", false);

      assertInstanceOf(Outcome.Retry.class, handle(scene, unlucky, 2, Instant.now()));
      assertInstanceOf(Outcome.Dead.class, handle(scene, unlucky, 3, Instant.now()));
    }
  }

  @Test
  void givesUpAfterADayOfWaiting() throws Exception {
    try (Scene scene = Scene.withoutKey()) {
      Instant yesterday = Instant.now().minus(Duration.ofHours(25));

      Outcome.Dead dead =
          assertInstanceOf(Outcome.Dead.class, handle(scene, Scene.HELLO, 1, yesterday));

      assertTrue(dead.reason().contains("give-up-after"), dead.reason());
      assertTrue(dead.reason().contains("GROQ_API_KEY"), dead.reason());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 413, 422})
  void givesUpOnWhatTheProviderRefuses(int status) throws Exception {
    try (Scene scene = Scene.open()) {
      Outcome.Dead dead =
          assertInstanceOf(
              Outcome.Dead.class, handle(scene, Scene.asking("status=" + status, false)));

      assertTrue(dead.reason().startsWith("The provider answered " + status), dead.reason());
      assertTrue(dead.reason().length() > 30, dead.reason());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cut=0", "cut=50", "stall=0", "stall=50", "body=garbage", "body=not_http"})
  void retriesAProviderThatBreaksDown(String behaviour) throws Exception {
    try (Scene scene = Scene.open(Scene.BRISK)) {
      assertInstanceOf(Outcome.Retry.class, handle(scene, Scene.asking(behaviour, false)));
    }
  }

  @Test
  void waitsOutAProviderThatIsAway() throws Exception {
    try (Scene scene = Scene.open()) {
      scene.provider().stop().await(10, SECONDS);

      Outcome.Later later = assertInstanceOf(Outcome.Later.class, handle(scene, Scene.HELLO));

      assertTrue(later.reason().contains("cannot be reached"), later.reason());
    }
  }

  @Test
  void waitsForAKeyThatTheProviderTakes() throws Exception {
    try (Scene scene = Scene.open()) {
      Outcome.Later later =
          assertInstanceOf(Outcome.Later.class, handle(scene, Scene.asking("status=401", false)));

      assertTrue(later.after().toSeconds() >= 59, later.toString());
    }
  }

  @Test
  void triesAgainWhatMayBeForbiddenForItsContent() throws Exception {
    try (Scene scene = Scene.open()) {
      Outcome.Retry retry =
          assertInstanceOf(Outcome.Retry.class, handle(scene, Scene.asking("status=403", false)));

      assertEquals(Duration.ofMinutes(1), retry.after());
    }
  }

  @Test
  void waitsItsTurnWhileTheProvidersLimitsAreUsedUp() throws Exception {
    try (Scene scene = Scene.open()) {
      scene.provider().next("status=429,retry-after=30");
      assertInstanceOf(Outcome.Later.class, handle(scene, Scene.HELLO));

      Outcome.Later later = assertInstanceOf(Outcome.Later.class, handle(scene, Scene.HELLO));

      assertTrue(later.after().toSeconds() > 25 && later.after().toSeconds() <= 30);
      assertEquals(1, scene.provider().requests());
    }
  }

  @Test
  void waitsForAKeyToBeSet() throws Exception {
    try (Scene scene = Scene.withoutKey()) {
      Outcome.Later later = assertInstanceOf(Outcome.Later.class, handle(scene, Scene.HELLO));

      assertTrue(later.reason().contains("GROQ_API_KEY"), later.reason());
      assertEquals(Duration.ofMinutes(1), later.after());
    }
  }

  @Test
  void givesUpOnAnswersThatAreTooLong() throws Exception {
    try (Scene scene = Scene.open()) {
      assertInstanceOf(Outcome.Dead.class, handle(scene, Scene.asking("pad=2000000", false)));

      await().atMost(10, SECONDS).until(() -> scene.provider().seen().size() == 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0000\u0001", "[]", "{\"prompt\":\"p\",\"n\":2}"})
  void givesUpOnPayloadsThatAreNoChat(String payload) throws Exception {
    try (Scene scene = Scene.open()) {
      assertInstanceOf(Outcome.Dead.class, handle(scene, payload));

      assertEquals(0, scene.provider().requests());
    }
  }

  @Test
  void handlesManyAtATime() throws Exception {
    try (Scene scene = Scene.open();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        outcomes.add(threads.submit(() -> handle(scene, Scene.asking("delay=100", false))));
      }

      for (Future<Outcome> outcome : outcomes) {
        assertInstanceOf(Outcome.Done.class, outcome.get(30, SECONDS));
      }
    }
  }

  private static Outcome handle(Scene scene, String payload) throws Exception {
    return handle(scene, payload, 1, Instant.now());
  }

  private static Outcome handle(Scene scene, String payload, int attempt, Instant accepted)
      throws Exception {
    Envelope envelope =
        new Envelope(
            "1",
            "test",
            "chat",
            null,
            "2026-01-01T00:00:00Z",
            "local",
            "n8n",
            null,
            null,
            null,
            null,
            null,
            null,
            "ruche/local/cmd/n8n/ai-proxy/chat",
            Payload.json(payload));
    return scene.proxy().service().chat().handle(new Command(envelope, attempt, accepted));
  }
}
