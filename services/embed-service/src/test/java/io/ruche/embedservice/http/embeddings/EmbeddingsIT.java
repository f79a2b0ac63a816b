package io.ruche.embedservice.http.embeddings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.TestModels;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.engine.onnx.Pooling;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import io.ruche.embedservice.engine.schedule.QueueConfig;
import io.ruche.testing.TestFolder;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EmbeddingsIT {

  private static final String PATH = "/v1/embeddings";

  private static Path folder;
  private static RunningEngine bundled;
  private static RunningEngine small;

  @BeforeAll
  static void start() throws Exception {
    folder = TestFolder.make("embeddings");
    bundled =
        new RunningEngine(
            TestModels.local(OnnxConfig.bundled(), RerankConfig.none(), TestModels.WIDE));
    small =
        new RunningEngine(
            TestModels.local(
                TestModels.small(folder, Pooling.MEAN, "last_hidden_state", true),
                RerankConfig.none(),
                TestModels.WIDE));
  }

  @AfterAll
  static void stop() throws Exception {
    bundled.close();
    small.close();
    TestFolder.delete(folder);
  }

  private static JsonObject ask(Object input) throws Exception {
    return bundled.answer(
        PATH, new JsonObject().put("model", "bge-small-en-v1.5").put("input", input));
  }

  private static float[] numbers(JsonObject answer, int index) {
    JsonArray numbers = answer.getJsonArray("data").getJsonObject(index).getJsonArray("embedding");
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.getFloat(i);
    }
    return vector;
  }

  @Test
  void aStringHasOneVectorInTheShapeOfOpenAi() throws Exception {
    JsonObject answer = ask("Bees make honey.");
    JsonObject item = answer.getJsonArray("data").getJsonObject(0);
    assertEquals("list", answer.getString("object"));
    assertEquals("bge-small-en-v1.5", answer.getString("model"));
    assertEquals("embedding", item.getString("object"));
    assertEquals(0, item.getInteger("index"));
    assertEquals(384, item.getJsonArray("embedding").size());
    assertEquals(6, answer.getJsonObject("usage").getInteger("prompt_tokens"));
    assertEquals(6, answer.getJsonObject("usage").getInteger("total_tokens"));
    assertEquals(false, item.getBoolean("truncated"));
    assertEquals(0, item.getInteger("tokens_dropped"));
  }

  @Test
  void aListHasItsVectorsInOrder() throws Exception {
    JsonObject both = ask(new JsonArray().add("honey").add("A much longer text about wax."));
    assertArrayEquals(numbers(ask("honey"), 0), numbers(both, 0));
    assertArrayEquals(numbers(ask("A much longer text about wax."), 0), numbers(both, 1));
  }

  @Test
  void base64IsTheSameNumbers() throws Exception {
    JsonObject answer =
        bundled.answer(
            PATH, new JsonObject().put("input", "honey").put("encoding_format", "base64"));
    String packed = answer.getJsonArray("data").getJsonObject(0).getString("embedding");
    float[] vector = new float[384];
    ByteBuffer.wrap(Base64.getDecoder().decode(packed))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(vector);
    assertArrayEquals(numbers(ask("honey"), 0), vector);
  }

  @Test
  void tokensOfTheModelHaveTheVectorOfTheirText() throws Exception {
    float[] text = numbers(ask("honey"), 0);
    JsonArray ids = new JsonArray(List.of(6861));
    assertArrayEquals(text, numbers(ask(ids), 0));
    JsonObject lists = ask(new JsonArray().add(ids).add(new JsonArray(List.of(101, 6861, 102))));
    assertArrayEquals(text, numbers(lists, 0));
    assertArrayEquals(text, numbers(lists, 1));
  }

  @Test
  void aTextThatIsCutSaysByHowMuch() throws Exception {
    JsonObject answer = ask(new JsonArray().add("bee ".repeat(600)).add("bee"));
    JsonObject cut = answer.getJsonArray("data").getJsonObject(0);
    assertEquals(true, cut.getBoolean("truncated"));
    assertEquals(90, cut.getInteger("tokens_dropped"));
    assertEquals(false, answer.getJsonArray("data").getJsonObject(1).getBoolean("truncated"));
    assertEquals(512 + 3, answer.getJsonObject("usage").getInteger("prompt_tokens"));
  }

  @Test
  void asManyInputsAsOpenAiTakes() throws Exception {
    JsonObject answer =
        small.answer(
            PATH,
            new JsonObject()
                .put("input", new JsonArray(Collections.nCopies(2_048, "wax and honey"))));
    assertEquals(2_048, answer.getJsonArray("data").size());
    assertEquals(2_047, answer.getJsonArray("data").getJsonObject(2_047).getInteger("index"));
  }

  @Test
  void fewerDimensionsAreTheFirstOnesAtLengthOne() throws Exception {
    JsonObject answer =
        small.answer(PATH, new JsonObject().put("input", "honey").put("dimensions", 4));
    float[] vector = numbers(answer, 0);
    float[] whole = numbers(small.answer(PATH, new JsonObject().put("input", "honey")), 0);
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    assertEquals(4, vector.length);
    assertEquals(1, squares, 1e-5);
    assertEquals(whole[0] / whole[1], vector[0] / vector[1], 1e-4);
  }

  @Test
  void aQueryCanBeToldFromAPassage() throws Exception {
    JsonObject query =
        bundled.answer(PATH, new JsonObject().put("input", "honey").put("input_type", "query"));
    assertArrayEquals(numbers(ask("honey"), 0), numbers(query, 0));
  }

  @Test
  void whatOtherClientsSendIsTaken() throws Exception {
    // n8n and LangChain4j: nulls for what is not set, a user, and the dimensions that there are.
    JsonObject body =
        new JsonObject()
            .put("model", "bge-small-en-v1.5")
            .put("input", new JsonArray().add("honey"))
            .putNull("dimensions")
            .put("user", "workflow")
            .put("encoding_format", "float");
    assertArrayEquals(numbers(ask("honey"), 0), numbers(bundled.answer(PATH, body), 0));
    assertEquals(384, numbers(bundled.answer(PATH, body.put("dimensions", 384)), 0).length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no json                                           | 400 | bad_request       |                 | no JSON",
        "[1]                                               | 400 | bad_request       |                 | JSON object",
        "{\"model\": \"bge-small-en-v1.5\"}                | 400 | invalid_value     | input           | missing",
        "{\"input\": null}                                 | 400 | invalid_value     | input           | must be a string",
        "{\"input\": \"\"}                                 | 400 | invalid_value     | input           | empty",
        "{\"input\": []}                                   | 400 | invalid_value     | input           | empty",
        "{\"input\": [\"a\", \"\"]}                        | 400 | invalid_value     | input           | item 1",
        "{\"input\": [\"a\", 1]}                           | 400 | invalid_value     | input           | must be a string",
        "{\"input\": [[1], \"a\"]}                         | 400 | invalid_value     | input           | must be a string",
        "{\"input\": [[]]}                                 | 400 | invalid_value     | input           | item 0",
        "{\"input\": [1.5]}                                | 400 | invalid_value     | input           | must be a string",
        "{\"input\": [100257]}                             | 400 | invalid_value     | input           | 0 to 30521",
        "{\"input\": [-1]}                                 | 400 | invalid_value     | input           | OpenAI's tokenizers",
        "{\"input\": {\"text\": \"a\"}}                    | 400 | invalid_value     | input           | must be a string",
        "{\"input\": \"a\", \"encoding_format\": \"hex\"}  | 400 | invalid_value     | encoding_format | base64",
        "{\"input\": \"a\", \"dimensions\": 128}           | 400 | invalid_value     | dimensions      | 384 numbers",
        "{\"input\": \"a\", \"dimensions\": \"384\"}       | 400 | invalid_value     | dimensions      | whole number",
        "{\"input\": \"a\", \"input_type\": \"image\"}     | 400 | invalid_value     | input_type      | query",
        "{\"input\": \"a\", \"late_chunking\": true}       | 400 | unknown_parameter | late_chunking   | Unrecognized",
        "{\"input\": \"a\", \"model\": 7}                  | 400 | invalid_value     | model           | string",
        "{\"input\": \"a\", \"model\": \"text-embedding-3-small\"} | 404 | model_not_found | model     | bge-small-en-v1.5",
        "{\"input\": \"a\"} {}                             | 400 | bad_request       |                 | behind",
      })
  void badInputIsRefusedAsOpenAiRefuses(
      String body, int status, String code, @Nullable String param, String words) throws Exception {
    HttpResponse<String> response = bundled.post(PATH, body);
    JsonObject error = new JsonObject(response.body()).getJsonObject("error");
    assertEquals(status, response.statusCode(), response.body());
    assertEquals(code, error.getString("code"));
    assertEquals(param, error.getString("param"));
    assertEquals("invalid_request_error", error.getString("type"));
    assertTrue(error.getString("message").contains(words), response.body());
  }

  @Test
  void tooManyInputsAreRefused() throws Exception {
    String many = new JsonArray(Collections.nCopies(2_049, "a")).encode();
    HttpResponse<String> response = bundled.post(PATH, "{\"input\": " + many + "}");
    assertEquals(400, response.statusCode());
    assertTrue(response.body().contains("2048"), response.body());
  }

  @Test
  void tooManyTokensAreRefused() throws Exception {
    String many = new JsonArray(Collections.nCopies(31, "bee ".repeat(10_000))).encode();
    HttpResponse<String> response = bundled.post(PATH, "{\"input\": " + many + "}");
    assertEquals(400, response.statusCode());
    assertTrue(response.body().contains("300000"), response.body());
  }

  @Test
  void aBodyPastTheLimitIsRefusedInTheSameShape() throws Exception {
    HttpResponse<String> response =
        bundled.post(PATH, "{\"input\": \"" + "a".repeat(EmbeddingRoutes.MOST_BODY_BYTES) + "\"}");
    assertEquals(413, response.statusCode());
    assertEquals(
        "invalid_request_error",
        new JsonObject(response.body()).getJsonObject("error").getString("type"));
  }

  @Test
  void whileTooManyTokensWaitTheAnswerSaysWhenToComeBack() throws Exception {
    try (RunningEngine busy =
        new RunningEngine(
            TestModels.local(
                OnnxConfig.bundled(), RerankConfig.none(), new QueueConfig(8_192, 8_192)))) {
      AtomicBoolean gone = new AtomicBoolean();
      Future<List<Embedding>> waiting =
          busy.engine()
              .embedder()
              .embed(
                  Collections.nCopies(14, "the bees ".repeat(300)),
                  Purpose.PASSAGE,
                  Lane.INTERACTIVE,
                  gone::get);
      String many = new JsonArray(Collections.nCopies(14, "the bees ".repeat(300))).encode();
      HttpResponse<String> refused = busy.post(PATH, "{\"input\": " + many + "}");
      gone.set(true);
      assertEquals(429, refused.statusCode(), refused.body());
      assertTrue(Integer.parseInt(refused.headers().firstValue("Retry-After").orElse("0")) >= 1);
      assertEquals(
          "rate_limit_error",
          new JsonObject(refused.body()).getJsonObject("error").getString("type"));
      assertFalse(waiting.succeeded());
    }
  }

  @Test
  void theCardsOfPoolingDiffer() throws Exception {
    try (RunningEngine whole =
        new RunningEngine(
            TestModels.local(
                TestModels.small(folder, Pooling.CLS, "sentence_embedding", false),
                RerankConfig.none(),
                TestModels.WIDE))) {
      JsonObject body = new JsonObject().put("input", "wax and honey");
      float[] pooledHere = numbers(small.answer(PATH, body), 0);
      float[] pooledThere = numbers(whole.answer(PATH, body), 0);
      assertEquals(16, pooledThere.length);
      for (int i = 0; i < 16; i++) {
        assertEquals(pooledHere[i], pooledThere[i], 1e-6);
      }
      assertNotEquals(
          whole.engine().embedder().model().identity(),
          small.engine().embedder().model().identity());
    }
  }
}
