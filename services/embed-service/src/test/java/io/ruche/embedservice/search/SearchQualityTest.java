package io.ruche.embedservice.search;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.index.Samples;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What analyzers and BM25 are worth without any model; the floors are a little below today's. */
final class SearchQualityTest {

  @ParameterizedTest
  @CsvSource({"fr, 0.72", "en, 0.73"})
  void wordsAloneFindMostAnswers(String language, double floor) throws IOException {
    double gain =
        new SearchQuality(language)
            .measure(new NoMeaning(), List.of(Mode.BM25))
            .getOrDefault(Mode.BM25, 0.0);
    System.out.printf("nDCG@10 of BM25, %s: %.3f%n", language, gain);
    assertTrue(gain >= floor, language + ": " + gain);
  }

  @Test
  void theSetIsLargeEnough() throws IOException {
    for (String language : List.of("fr", "en")) {
      SearchQuality set = new SearchQuality(language);
      assertTrue(set.questions() >= 40 && set.passages() >= 60, language);
    }
  }

  /** Vectors that say nothing of their texts. */
  private static final class NoMeaning implements Embedder {

    @Override
    public EmbeddingModel model() {
      return new EmbeddingModel("none", "none", Samples.DIMENSIONS, 512);
    }

    @Override
    public Future<List<Embedding>> embed(List<String> texts, Purpose purpose, Lane lane) {
      return Future.succeededFuture(
          texts.stream()
              .map(text -> new Embedding(Samples.vector(text.hashCode()), 1, 0))
              .toList());
    }
  }
}
