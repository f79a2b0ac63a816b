package io.ruche.aiproxy.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** Embeddings of which those of texts with many words in common are near one another. */
final class BagOfWords {

  private static final int DIMENSIONS = 384;

  private BagOfWords() {}

  static Buffer embedding(JsonObject request) {
    double[] vector = new double[DIMENSIONS];
    String text = String.valueOf(request.getValue("input")).toLowerCase(Locale.ROOT);
    for (String word : text.split("[^\\p{L}\\p{Nd}]+", -1)) {
      if (!word.isEmpty()) {
        vector[Math.floorMod(word.hashCode(), DIMENSIONS)] += 1;
      }
    }
    JsonArray numbers = new JsonArray();
    for (double number : vector) {
      numbers.add(number);
    }
    JsonObject one =
        new JsonObject().put("object", "embedding").put("index", 0).put("embedding", numbers);
    return new JsonObject()
        .put("object", "list")
        .put("data", new JsonArray().add(one))
        .put("model", request.getValue("model"))
        .put("usage", new JsonObject().put("prompt_tokens", 4).put("total_tokens", 4))
        .toBuffer();
  }
}
