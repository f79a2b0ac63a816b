package io.ruche.embedservice.testing;

import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.vector.Vector;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Texts that share words are near each other; always the same vector for the same text. */
public final class WordEmbedder implements Embedder {

  private static final int DIMENSIONS = 64;
  private static final int MOST_TOKENS = 128;

  private final Vertx vertx;
  private final EmbeddingModel model;
  private final long delayMillis;
  private final AtomicInteger passages = new AtomicInteger();

  /**
   * @param delayMillis that a batch takes
   */
  public WordEmbedder(Vertx vertx, String name, long delayMillis) {
    this.vertx = vertx;
    this.model = new EmbeddingModel(name, name + "@test", DIMENSIONS, MOST_TOKENS);
    this.delayMillis = delayMillis;
  }

  /** How many passages were embedded. */
  public int passages() {
    return passages.get();
  }

  @Override
  public EmbeddingModel model() {
    return model;
  }

  @Override
  public Future<List<Embedding>> embed(List<String> texts, Purpose purpose, Lane lane) {
    if (purpose == Purpose.PASSAGE) {
      passages.addAndGet(texts.size());
    }
    List<Embedding> made = texts.stream().map(this::embed).toList();
    return delayMillis == 0 ? Future.succeededFuture(made) : vertx.timer(delayMillis).map(made);
  }

  private Embedding embed(String text) {
    float[] values = new float[DIMENSIONS];
    values[0] = 0.01f;
    String[] words = text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1);
    for (String word : words) {
      if (!word.isEmpty()) {
        values[Math.floorMod((word + model.name()).hashCode(), DIMENSIONS)] += 1;
      }
    }
    int dropped = Math.max(0, words.length - MOST_TOKENS);
    return new Embedding(Vector.normalized(values), words.length - dropped, dropped);
  }
}
