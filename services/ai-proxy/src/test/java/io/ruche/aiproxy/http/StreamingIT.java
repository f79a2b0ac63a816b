package io.ruche.aiproxy.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.Scene;
import io.ruche.aiproxy.simulator.Seen;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamingIT {

  private static final long MIB = 1024L * 1024;

  private Scene scene;

  @BeforeEach
  void open() throws TimeoutException {
    scene = Scene.open();
  }

  @AfterEach
  void close() throws TimeoutException {
    scene.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokens=5", "tokens=20,odd", "tokens=3,odd,gap=1", "tokens=50,pad=9000"})
  void passesEventsOnByteForByte(String behaviour) throws Exception {
    HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.asking(behaviour, true)));

    assertEquals(200, answer.statusCode());
    assertEquals(scene.sentByProvider(), Buffer.buffer(answer.body()));
    assertTrue(text(answer).endsWith("data: [DONE]\n\n"));
  }

  @Test
  void tellsProxiesInFrontNotToBuffer() throws Exception {
    HttpResponse<byte[]> answer = scene.send(scene.chat(Scene.asking("tokens=1", true)));

    assertEquals("text/event-stream", answer.headers().firstValue("content-type").orElseThrow());
    assertEquals("no", answer.headers().firstValue("x-accel-buffering").orElseThrow());
    assertEquals("no-cache", answer.headers().firstValue("cache-control").orElseThrow());
    assertTrue(answer.headers().firstValue("content-encoding").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void passesEachEventOnBeforeTheNextOneComes(int events) throws Exception {
    try (RawClient client = scene.raw()) {
      client.chat(Scene.asking("stall=" + events, true));

      client.readUntil("\r\n\r\n");
      for (int i = 0; i < events; i++) {
        client.readUntil("}]}\n\n".substring(i == 0 ? 2 : 0));
      }

      assertFalse(scene.provider().last().isEnded());
    }
  }

  @Test
  void passesHalfALineOnBeforeTheRestComes() throws Exception {
    try (RawClient client = scene.raw()) {
      client.chat(Scene.asking("odd,stall=4", true));

      client.readUntil("\r\n\r\n");

      // Slices of 1, 2, 3 and 5 bytes.
      client.readUntil("a");
      client.readUntil("{\"id");
    }
  }

  @Test
  void endsACutStreamWithAnErrorAndWithoutDone() throws Exception {
    try (RawClient client = scene.raw()) {
      client.chat(Scene.asking("tokens=10,cut=4", true));

      String answer = client.readToEnd();

      assertTrue(answer.contains("\n\ndata: {\"error\":{"), answer);
      assertTrue(answer.contains("\"code\":\"upstream_cut\""), answer);
      assertFalse(answer.contains("[DONE]"), answer);
      assertFalse(answer.endsWith("\r\n0\r\n\r\n"), "the body has no end: " + answer);
    }
  }

  @Test
  void setsTheErrorApartFromALineThatWasCut() throws Exception {
    try (InputStream answer = scene.open(scene.chat(Scene.asking("odd,cut=12", true))).body()) {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8));
      String line = lines.readLine();
      while (!line.contains("\"error\"")) {
        line = lines.readLine();
      }

      assertEquals(
          "upstream_cut",
          new JsonObject(line.substring("data: ".length()))
              .getJsonObject("error")
              .getString("code"));
      assertEquals("", lines.readLine());
      assertThrows(IOException.class, lines::readLine);
    }
  }

  @Test
  void slowsTheProviderDownForASlowClient() throws Exception {
    long total = 50 * MIB;
    try (RawClient client = scene.raw()) {
      client.chat(Scene.asking("tokens=3200,pad=16384", true));
      client.readUntil("\r\n\r\n");

      long sent = sentOnceStill();
      assertTrue(sent < 30 * MIB, sent + " bytes went out to a client that reads none");
      client.readUntil("[DONE]\n\n");

      assertTrue(scene.provider().last().sentBytes() > total);
    }
  }

  /** How much the provider could write until nothing moved for a second. */
  private long sentOnceStill() {
    AtomicLong before = new AtomicLong(-1);
    await()
        .pollInterval(1, SECONDS)
        .atMost(30, SECONDS)
        .until(
            () -> {
              long now = scene.provider().last().sentBytes();
              return now == before.getAndSet(now);
            });
    return before.get();
  }

  @Test
  void servesOthersWhileOneStreamStalls() throws Exception {
    try (RawClient stalled = scene.raw()) {
      stalled.chat(Scene.asking("tokens=3200,pad=16384", true));
      stalled.readUntil("\r\n\r\n");

      for (int i = 0; i < 20; i++) {
        assertEquals(200, scene.send(scene.chat(Scene.HELLO)).statusCode());
      }

      Seen stream = scene.provider().seen().get(0);
      assertFalse(stream.isEnded());
    }
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
