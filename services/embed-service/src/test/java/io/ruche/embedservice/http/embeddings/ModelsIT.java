package io.ruche.embedservice.http.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.embedservice.engine.TestModels;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ModelsIT {

  private static RunningEngine bundled;

  @BeforeAll
  static void start() throws Exception {
    bundled =
        new RunningEngine(
            TestModels.local(OnnxConfig.bundled(), RerankConfig.none(), TestModels.WIDE));
  }

  @AfterAll
  static void stop() throws Exception {
    bundled.close();
  }

  private static final JsonObject MODEL =
      new JsonObject()
          .put("id", "bge-small-en-v1.5")
          .put("object", "model")
          .put("created", 0)
          .put("owned_by", "ruche")
          .put("kind", "embedding")
          .put("dimensions", 384)
          .put("max_tokens", 512);

  @Test
  void listsWhatThereIs() throws Exception {
    assertEquals(
        new JsonObject().put("object", "list").put("data", new JsonArray().add(MODEL)),
        new JsonObject(bundled.get("/v1/models").body()));
  }

  @Test
  void findsOneByItsName() throws Exception {
    assertEquals(MODEL, new JsonObject(bundled.get("/v1/models/bge-small-en-v1.5").body()));
    assertEquals(MODEL, new JsonObject(bundled.get("/v1/models/bge%2Dsmall-en-v1.5").body()));
  }

  @Test
  void saysInOpenAisWordsThatThereIsNoOther() throws Exception {
    for (String other : new String[] {"gpt-4", "intfloat/multilingual-e5-small"}) {
      assertEquals(404, bundled.get("/v1/models/" + other).statusCode());
      JsonObject error =
          new JsonObject(bundled.get("/v1/models/" + other).body()).getJsonObject("error");
      assertEquals("model_not_found", error.getString("code"));
      assertEquals(
          "The model '" + other + "' does not exist here; there is 'bge-small-en-v1.5'.",
          error.getString("message"));
    }
  }
}
