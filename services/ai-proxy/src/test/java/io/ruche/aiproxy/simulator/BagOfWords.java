package io.ruche.aiproxy.simulator;

import io.vertx.core.json.JsonArray;
import java.util.Locale;

/** A model of embeddings that are near one another when their texts have many words in common. */
final class BagOfWords {

  static final String MODEL = "bag-of-words";

  private static final int DIMENSIONS = 384;

  private BagOfWords() {}

  static JsonArray vector(String text) {
    double[] vector = new double[DIMENSIONS];
    for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{Nd}]+", -1)) {
      if (!word.isEmpty()) {
        vector[Math.floorMod(word.hashCode(), DIMENSIONS)] += 1;
      }
    }
    JsonArray numbers = new JsonArray();
    for (double number : vector) {
      numbers.add(number);
    }
    return numbers;
  }
}
