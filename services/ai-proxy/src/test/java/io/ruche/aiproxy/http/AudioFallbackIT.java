package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.RoutedScene;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations other than chat, on routes with more than one target. */
final class AudioFallbackIT {

  private static final int SHORT = 50_000;
  private static final int LONG = 1_000_000;

  private static final String YAML =
      """
      default-provider: alpha
      providers:
        alpha: ${alpha}
        beta: ${beta}
        gamma: ${gamma}
      models:
        ears:
          targets:
            - [{provider: alpha, model: whisper-large-v3-turbo}]
            - [{provider: beta, model: w}]
      attempts: {longest-retry-after: 0s}
      """;

  @TempDir Path folder;
  private RoutedScene scene;

  @BeforeEach
  void open() throws Exception {
    scene = RoutedScene.open(folder, YAML);
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  private HttpResponse<String> transcribe(byte[] form) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + scene.proxy().port() + "/v1/audio/transcriptions");
    return scene
        .client()
        .send(Form.post(uri, form).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private static byte[] form(String model, boolean modelFirst, int bytes) {
    return modelFirst
        ? new Form().field("model", model).file("a.ogg", Form.sound(bytes)).end()
        : new Form().file("a.ogg", Form.sound(bytes)).field("model", model).end();
  }

  @ParameterizedTest
  @CsvSource({"true,50000", "false,50000", "false,1000000"})
  void asksTheNextTargetWithAFormThatIsStillWhole(boolean modelFirst, int bytes) throws Exception {
    scene.provider("alpha").next("status=503", "status=503", "status=503");

    HttpResponse<String> answer = transcribe(form("ears", modelFirst, bytes));

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("beta", RoutedScene.from(answer));
    assertEquals(
        Form.digest(form("whisper-large-v3-turbo", modelFirst, bytes)),
        scene.provider("alpha").last().bodyDigest());
    assertEquals(
        Form.digest(form("w", modelFirst, bytes)), scene.provider("beta").last().bodyDigest());
  }

  @Test
  void givesTheRefusalOnOfAFormThatHasGoneOut() throws Exception {
    scene.provider("alpha").next("status=429,retry-after=9");

    HttpResponse<String> answer = transcribe(form("ears", true, LONG));

    assertEquals(429, answer.statusCode(), answer.body());
    assertEquals(List.of("9"), answer.headers().allValues("retry-after"));
    assertEquals(0, scene.provider("beta").requests());
  }

  @ParameterizedTest
  @ValueSource(ints = {SHORT, LONG})
  void asksTheNextTargetWhileNothingHasGoneOut(int bytes) throws Exception {
    scene.provider("alpha").stop().await(10, TimeUnit.SECONDS);

    HttpResponse<String> answer = transcribe(form("ears", true, bytes));

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("beta", RoutedScene.from(answer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"embeddings", "responses", "audio/speech"})
  void routesEveryOperationByItsModel(String path) throws Exception {
    scene.provider("alpha").next("status=503", "status=503", "status=503");

    HttpResponse<String> answer =
        scene
            .client()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + scene.proxy().port() + "/v1/" + path))
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"ears\",\"input\":\"bees\",\"voice\":\"troy\"}"))
                    .build(),
                BodyHandlers.ofString(StandardCharsets.UTF_8));

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("beta", RoutedScene.from(answer));
    assertTrue(scene.provider("beta").last().uri().endsWith("/v1/" + path));
    assertEquals("w", scene.provider("beta").last().body().toJsonObject().getString("model"));
  }

  @ParameterizedTest
  @CsvSource({
    "embeddings, input, missing_required_parameter",
    "audio/speech, input, missing_required_parameter",
    "responses, previous_response_id, unsupported_parameter"
  })
  void refusesWhatCannotBe(String path, String field, String code) throws Exception {
    HttpResponse<String> answer =
        scene
            .client()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + scene.proxy().port() + "/v1/" + path))
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"m\",\"previous_response_id\":\"resp_1\"}"))
                    .build(),
                BodyHandlers.ofString(StandardCharsets.UTF_8));

    assertEquals(400, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(code) && answer.body().contains(field), answer.body());
  }
}
