package io.ruche.embedservice.http.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.engine.TestModels;
import io.ruche.embedservice.engine.onnx.Pooling;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import io.ruche.testing.TestFolder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RerankIT {

  private static final String PATH = "/v1/rerank";
  private static final JsonArray DOCUMENTS =
      new JsonArray()
          .add("the train leaves at nine")
          .add(new JsonObject().put("text", "bees gather nectar and make honey"))
          .add("honey");

  private static Path folder;
  private static RunningEngine engine;

  @BeforeAll
  static void start() throws Exception {
    folder = TestFolder.make("rerank");
    engine =
        new RunningEngine(
            TestModels.local(
                TestModels.small(folder, Pooling.CLS, "last_hidden_state", false),
                TestModels.rerank(folder),
                TestModels.WIDE));
  }

  @AfterAll
  static void stop() throws Exception {
    engine.close();
    TestFolder.delete(folder);
  }

  private static JsonObject body() {
    return new JsonObject().put("query", "bees make honey").put("documents", DOCUMENTS);
  }

  @Test
  void theBestComesFirstWithItsPlaceInTheRequest() throws Exception {
    JsonObject answer = engine.answer(PATH, body());
    JsonArray results = answer.getJsonArray("results");
    assertEquals("cross-encoder", answer.getString("model"));
    assertEquals(3, results.size());
    assertEquals(1, results.getJsonObject(0).getInteger("index"));
    assertEquals(2, results.getJsonObject(1).getInteger("index"));
    assertEquals(0, results.getJsonObject(2).getInteger("index"));
    float best = results.getJsonObject(0).getFloat("relevance_score");
    float worst = results.getJsonObject(2).getFloat("relevance_score");
    assertTrue(best > 0.5 && best <= 1 && worst >= 0 && worst < 0.5, answer.encode());
    assertFalse(results.getJsonObject(0).containsKey("document"));
  }

  @Test
  void theFirstFewComeWithTheirTextsWhenAsked() throws Exception {
    JsonObject answer = engine.answer(PATH, body().put("top_n", 1).put("return_documents", true));
    assertEquals(1, answer.getJsonArray("results").size());
    assertEquals(
        "bees gather nectar and make honey",
        answer
            .getJsonArray("results")
            .getJsonObject(0)
            .getJsonObject("document")
            .getString("text"));
  }

  @Test
  void aLongQueryAndLongTextsAreCutToTheModel() throws Exception {
    JsonObject answer =
        engine.answer(
            PATH,
            new JsonObject()
                .put("query", "honey ".repeat(500))
                .put("documents", new JsonArray().add("honey ".repeat(500)).add("wax")));
    assertEquals(0, answer.getJsonArray("results").getJsonObject(0).getInteger("index"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nothing                                                             | 400 | JSON object",
        "{\"documents\": [\"a\"]}                                            | 422 | /query",
        "{\"query\": \" \", \"documents\": [\"a\"]}                          | 422 | /query",
        "{\"query\": \"a\"}                                                  | 422 | /documents",
        "{\"query\": \"a\", \"documents\": []}                               | 422 | /documents",
        "{\"query\": \"a\", \"documents\": [\"a\", 1]}                       | 422 | /documents/1",
        "{\"query\": \"a\", \"documents\": [{\"title\": \"a\"}]}             | 422 | /documents/0",
        "{\"query\": \"a\", \"documents\": [\"a\"], \"top_n\": 0}            | 422 | /top_n",
        "{\"query\": \"a\", \"documents\": [\"a\"], \"return_documents\": 1} | 422 | /return_documents",
        "{\"query\": \"a\", \"documents\": [\"a\"], \"rank_fields\": []}     | 422 | /rank_fields",
        "{\"query\": \"a\", \"documents\": [\"a\"], \"model\": \"rerank-v3\"} | 404 | cross-encoder",
      })
  void badInputIsRefusedWithItsPlace(String body, int status, String words) throws Exception {
    HttpResponse<String> response = engine.post(PATH, body);
    assertEquals(status, response.statusCode(), response.body());
    assertTrue(response.body().contains(words), response.body());
    assertEquals(
        "application/problem+json", response.headers().firstValue("Content-Type").orElse(""));
  }

  @Test
  void tooManyDocumentsAreRefused() throws Exception {
    JsonArray many = new JsonArray(Collections.nCopies(1_001, "a"));
    HttpResponse<String> response =
        engine.post(PATH, new JsonObject().put("query", "a").put("documents", many).encode());
    assertEquals(422, response.statusCode());
    assertTrue(response.body().contains("1000"), response.body());
  }

  @Test
  void withoutAModelTheAnswerSaysHowToConfigureOne() throws Exception {
    try (RunningEngine without =
        new RunningEngine(
            TestModels.local(
                TestModels.small(folder, Pooling.CLS, "last_hidden_state", false),
                RerankConfig.none(),
                TestModels.WIDE))) {
      HttpResponse<String> response = without.post(PATH, body().encode());
      assertEquals(501, response.statusCode());
      assertTrue(response.body().contains("engine.rerank.model"), response.body());
    }
  }
}
