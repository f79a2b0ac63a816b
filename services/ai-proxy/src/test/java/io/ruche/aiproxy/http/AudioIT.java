package io.ruche.aiproxy.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.Scene;
import io.ruche.aiproxy.simulator.Seen;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sound on its way to a provider and back. */
final class AudioIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String MODEL = "whisper-large-v3-turbo";
  private static final int SHORT = 10_000;
  private static final int LONG = 3_000_000;

  private Scene scene;

  @BeforeEach
  void open() throws TimeoutException {
    scene = Scene.open();
  }

  @AfterEach
  void close() throws TimeoutException {
    scene.close();
  }

  private HttpResponse<byte[]> transcribe(byte[] form) throws Exception {
    return scene.send(Form.post(scene.uri("/v1/audio/transcriptions"), form));
  }

  private static byte[] form(boolean modelFirst, int bytes) {
    Form form = new Form();
    if (modelFirst) {
      return form.field("model", MODEL).file("a.wav", Form.sound(bytes)).end();
    }
    return form.field("language", "en")
        .file("a.wav", Form.sound(bytes))
        .field("model", MODEL)
        .field("temperature", "0")
        .end();
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({"true,10000", "true,3000000", "false,10000", "false,3000000"})
  void passesAFormOnByteForByte(boolean modelFirst, int bytes) throws Exception {
    byte[] form = form(modelFirst, bytes);

    HttpResponse<byte[]> answer = transcribe(form);

    assertEquals(200, answer.statusCode(), text(answer));
    assertArrayEquals(scene.sentByProvider().getBytes(), answer.body());
    Seen seen = scene.provider().last();
    assertEquals(form.length, seen.bodyBytes());
    assertEquals(Form.digest(form), seen.bodyDigest());
    assertEquals(
        "multipart/form-data; boundary=\"" + Form.BOUNDARY + '"', seen.header("content-type"));
    assertEquals("/openai/v1/audio/transcriptions", seen.uri());
    assertEquals("Bearer gsk_simulated", seen.header("authorization"));
    assertEquals(Integer.toString(form.length), seen.header("content-length"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void changesNothingButTheNameOfTheModel(boolean modelFirst) throws Exception {
    byte[] form =
        new String(form(modelFirst, LONG), StandardCharsets.ISO_8859_1)
            .replace(MODEL, "groq/" + MODEL)
            .getBytes(StandardCharsets.ISO_8859_1);

    HttpResponse<byte[]> answer = transcribe(form);

    assertEquals(200, answer.statusCode(), text(answer));
    assertEquals(Form.digest(form(modelFirst, LONG)), scene.provider().last().bodyDigest());
  }

  @Test
  void takesAFormWithoutALength() throws Exception {
    byte[] form = form(true, LONG);

    HttpResponse<byte[]> answer =
        scene.send(
            Form.post(scene.uri("/v1/audio/translations"), form)
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(form))));

    assertEquals(200, answer.statusCode(), text(answer));
    assertEquals(Form.digest(form), scene.provider().last().bodyDigest());
    assertEquals("chunked", scene.provider().last().header("transfer-encoding"));
  }

  @ParameterizedTest
  @CsvSource({"json,application/json", "verbose_json,application/json", "text,text/plain"})
  void givesEachKindOfAnswer(String format, String type) throws Exception {
    HttpResponse<byte[]> answer =
        transcribe(
            new Form()
                .field("model", MODEL)
                .field("response_format", format)
                .file("a.wav", Form.sound(SHORT))
                .end());

    assertEquals(200, answer.statusCode(), text(answer));
    assertTrue(answer.headers().firstValue("content-type").orElse("").startsWith(type));
    assertArrayEquals(scene.sentByProvider().getBytes(), answer.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"srt", "vtt"})
  void givesGroqsWordOnAFormatThatItDoesNotHave(String format) throws Exception {
    HttpResponse<byte[]> answer =
        transcribe(
            new Form()
                .field("model", MODEL)
                .field("response_format", format)
                .file("a.wav", Form.sound(SHORT))
                .end());

    assertEquals(400, answer.statusCode());
    assertEquals(
        "response_format must be one of [json, text, verbose_json]",
        new JsonObject(text(answer)).getJsonObject("error").getString("message"));
  }

  @Test
  void refusesWhatIsNoAnswer() throws Exception {
    HttpResponse<byte[]> answer =
        transcribe(
            new Form().field("model", "sim:body=html").file("a.wav", Form.sound(SHORT)).end());

    assertEquals(502, answer.statusCode(), text(answer));
    assertTrue(text(answer).contains("upstream_invalid_reply"), text(answer));
  }

  @Test
  void givesARefusalOnThatComesBeforeTheFormIsSent() throws Exception {
    scene.provider().next("status=413,early");

    HttpResponse<byte[]> answer = transcribe(form(true, LONG));

    assertEquals(413, answer.statusCode(), text(answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json | 415 | unsupported_media_type",
        "multipart/form-data | 415 | unsupported_media_type",
      })
  void wantsAForm(String type, int status, String code) throws Exception {
    HttpResponse<byte[]> answer =
        scene.send(
            Form.post(scene.uri("/v1/audio/transcriptions"), form(true, SHORT))
                .setHeader("Content-Type", type));

    assertEquals(status, answer.statusCode(), text(answer));
    assertTrue(text(answer).contains(code), text(answer));
  }

  @Test
  void saysWhatAFormLacks() throws Exception {
    assertRefused(new Form().file("a.wav", Form.sound(SHORT)).end(), "missing_required", "model");
    assertRefused(new Form().field("model", MODEL).end(), "missing_required_parameter", "file");
    assertRefused(new Form().file("a.wav", Form.sound(LONG)).end(), "missing_required", "model");
    byte[] whole = form(true, SHORT);
    assertRefused(Arrays.copyOf(whole, 5_000), "invalid_form", "closing boundary");
    byte[] twice =
        new Form()
            .field("model", MODEL)
            .file("a.wav", Form.sound(SHORT))
            .field("model", "whisper-large-v3")
            .end();
    assertRefused(twice, "duplicate_parameter", "model");
    assertEquals(0, scene.provider().requests());
  }

  /** The provider would find the second form in the first one's file. */
  @Test
  void letsTheProviderReadNoOtherFormThanItsOwn() throws Exception {
    byte[] inner =
        new Form().field("model", "whisper-large-v3").file("b.wav", Form.sound(SHORT)).end();
    byte[] outer =
        ("--AAA\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"
                + MODEL
                + "\r\n--AAA\r\nContent-Disposition: form-data; name=\"file\";"
                + " filename=\"a.wav\"\r\n\r\n"
                + new String(inner, StandardCharsets.ISO_8859_1)
                + "\r\n--AAA--\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    String type = "multipart/form-data; a=\"; boundary=AAA\"; boundary=" + Form.BOUNDARY;

    HttpResponse<byte[]> answer =
        scene.send(
            Form.post(scene.uri("/v1/audio/transcriptions"), outer)
                .setHeader("Content-Type", type));

    assertEquals(400, answer.statusCode(), text(answer));
    assertEquals(0, scene.provider().requests());
  }

  @Test
  void takesBackAFormThatNamesAnotherModelBehindItsFile() throws Exception {
    byte[] twice =
        new Form()
            .field("model", MODEL)
            .file("a.wav", Form.sound(LONG))
            .field("model", "whisper-large-v3")
            .end();

    assertRefused(twice, "duplicate_parameter", "model");
    await().atMost(BOUND).until(() -> scene.provider().last().isCancelled());
  }

  private void assertRefused(byte[] form, String code, String word) throws Exception {
    HttpResponse<byte[]> answer = transcribe(form);
    assertEquals(400, answer.statusCode(), text(answer));
    assertTrue(text(answer).contains(code) && text(answer).contains(word), text(answer));
  }

  @Test
  void refusesWhatIsLongerThanTheLimitBeforeItComes() throws Exception {
    try (RawClient client = scene.raw()) {
      String answer =
          client
              .write(
                  "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type:"
                      + " multipart/form-data; boundary=x\r\nContent-Length: 999999999\r\n\r\n")
              .readUntil("max-audio");
      assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
    }
  }

  @Test
  void cancelsTheProviderWhenTheClientLeavesInTheMiddleOfItsForm() throws Exception {
    byte[] form = form(true, LONG);
    RawClient client = begin(form.length);
    client.write(new String(form, 0, LONG / 2, StandardCharsets.ISO_8859_1));
    await().atMost(BOUND).until(() -> scene.provider().requests() == 1);
    await().atMost(BOUND).until(() -> scene.provider().last().bodyBytes() == LONG / 2);
    long left = System.nanoTime();

    client.leave();

    await().atMost(BOUND).until(() -> scene.provider().last().isCancelled());
    long millis = (scene.provider().last().cancelledNanos() - left) / 1_000_000;
    assertTrue(millis <= 100, millis + " ms");
  }

  @Test
  void readsNoFasterThanTheProvider() throws Exception {
    int length = 64_000_000;
    scene.provider().readSlowly(5);
    AtomicLong written = new AtomicLong();
    byte[] head =
        ("--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"
                + MODEL
                + "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    try (RawClient client = scene.raw()) {
      client.write(
          "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type:"
              + " multipart/form-data; boundary=x\r\nContent-Length: "
              + length
              + "\r\n\r\n"
              + new String(head, StandardCharsets.US_ASCII));
      String piece = "s".repeat(100_000);
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 500; i++) {
                        client.write(piece);
                        written.addAndGet(piece.length());
                      }
                    } catch (IOException left) {
                      // The test is over.
                    }
                  });
      await()
          .atMost(BOUND)
          .until(
              () ->
                  scene.provider().requests() == 1
                      && scene.provider().last().bodyBytes() > 2_000_000);
      long ahead = written.get() - scene.provider().last().bodyBytes();
      assertTrue(ahead < 16_000_000, "ahead by " + ahead);
      assertFalse(writer.getState() == Thread.State.TERMINATED, "all was taken at once");
    }
  }

  private RawClient begin(int length) throws Exception {
    return scene
        .raw()
        .write(
            "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data;"
                + " boundary="
                + Form.BOUNDARY
                + "\r\nContent-Length: "
                + length
                + "\r\n\r\n");
  }

  @Test
  void passesSpeechOnAsItIsMade() throws Exception {
    HttpResponse<byte[]> answer =
        scene.send(
            scene
                .chat(
                    "{\"model\":\"sim:tokens=30,pad=3000\",\"input\":\"The bees are well.\","
                        + "\"voice\":\"troy\",\"response_format\":\"mp3\"}")
                .uri(scene.uri("/v1/audio/speech")));

    assertEquals(200, answer.statusCode(), text(answer));
    assertEquals("audio/mpeg", answer.headers().firstValue("content-type").orElse(""));
    assertArrayEquals(scene.sentByProvider().getBytes(), answer.body());
  }

  @Test
  void cutsSpeechThatTheProviderCuts() throws Exception {
    try (RawClient client = scene.raw()) {
      String body = "{\"model\":\"sim:tokens=30,cut=7\",\"input\":\"x\",\"voice\":\"troy\"}";
      String all =
          client
              .write(
                  "POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                      + "Content-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
              .readToEnd();
      assertTrue(all.startsWith("HTTP/1.1 200"), all);
      assertFalse(all.endsWith("0\r\n\r\n"), "the end that never came");
    }
  }
}
