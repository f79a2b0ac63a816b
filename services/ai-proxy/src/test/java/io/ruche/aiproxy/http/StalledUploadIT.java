package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.Scene;
import io.ruche.aiproxy.simulator.Seen;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that stop in the middle of their form, at a provider that has 300 ms to answer. */
final class StalledUploadIT {

  private static final int ENOUGH_TO_OPEN_A_CIRCUIT = 6;
  private static final String MODEL = "whisper-large-v3-turbo";

  private Scene scene;

  @BeforeEach
  void open() throws TimeoutException {
    scene = Scene.open(Scene.BRISK);
  }

  @AfterEach
  void close() throws TimeoutException {
    scene.close();
  }

  private RawClient stalled(byte[] form) throws Exception {
    return scene
        .raw()
        .write(
            "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data;"
                + " boundary="
                + Form.BOUNDARY
                + "\r\nContent-Length: 100000000\r\n\r\n"
                + new String(form, 0, 300_000, StandardCharsets.ISO_8859_1));
  }

  private HttpResponse<byte[]> transcribe(String model) throws Exception {
    byte[] form = new Form().field("model", model).file("a.wav", Form.sound(500_000)).end();
    return scene.send(Form.post(scene.uri("/v1/audio/transcriptions"), form));
  }

  @Test
  void doNotCountAgainstTheProvider() throws Exception {
    byte[] form = new Form().field("model", MODEL).file("a.wav", Form.sound(500_000)).end();
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < ENOUGH_TO_OPEN_A_CIRCUIT; i++) {
      clients.add(stalled(form));
    }

    for (RawClient client : clients) {
      String answer = client.readUntil("request_timeout");
      assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
      client.close();
    }
    assertEquals(ENOUGH_TO_OPEN_A_CIRCUIT, scene.provider().requests());
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> scene.provider().seen().stream().allMatch(Seen::isCancelled));
    assertEquals(200, transcribe(MODEL).statusCode());
  }

  @Test
  void holdNoPlaceOnDisk() throws Exception {
    byte[] form = new Form().file("a.wav", Form.sound(500_000)).end();

    try (RawClient client = stalled(form)) {
      String answer = client.readUntil("request_timeout");
      assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
    }
  }

  @Test
  void leaveTheProviderNoMoreTimeOnceTheFormIsWhole() throws Exception {
    HttpResponse<byte[]> answer = transcribe("sim:stall=0");

    assertEquals(504, answer.statusCode());
  }
}
