package io.ruche.embedservice.search;

import static io.ruche.embedservice.index.Samples.result;

import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Samples;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.lucene.LuceneConfig;
import io.ruche.embedservice.index.lucene.LuceneIndex;
import io.ruche.testing.TestFolder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * How well questions of our own find the passages that answer them: normalized discounted
 * cumulative gain of the first ten hits, 1 when the answers stand first for every question.
 */
public final class SearchQuality {

  private static final int TOP = 10;

  private record Question(String text, Set<String> answers) {}

  private final String language;
  private final List<String[]> passages;
  private final List<Question> questions = new ArrayList<>();

  /**
   * @param language {@code fr} or {@code en}
   */
  public SearchQuality(String language) throws IOException {
    this.language = language;
    this.passages = lines("passages-" + language);
    for (String[] line : lines("questions-" + language)) {
      questions.add(new Question(line[0], Set.of(line[1].split(" "))));
    }
  }

  private static List<String[]> lines(String name) throws IOException {
    try (InputStream file =
        Objects.requireNonNull(
            SearchQuality.class.getResourceAsStream("/quality/" + name + ".tsv"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t"))
          .toList();
    }
  }

  /** Questions of this language. */
  public int questions() {
    return questions.size();
  }

  /** Passages of this language. */
  public int passages() {
    return passages.size();
  }

  /** The gain in each mode, with vectors of this engine. */
  public Map<Mode, Double> measure(Embedder embedder) throws IOException {
    return measure(embedder, List.of(Mode.values()));
  }

  Map<Mode, Double> measure(Embedder embedder, List<Mode> modes) throws IOException {
    Path folder = TestFolder.make("ruche-quality");
    Vertx vertx = Vertx.vertx();
    LuceneIndex index =
        new LuceneIndex(vertx, folder, LuceneConfig.standard(), embedder.model().dimensions());
    result(index.start());
    try {
      return measure(index, embedder, modes);
    } finally {
      result(index.stop());
      result(vertx.close());
      TestFolder.delete(folder);
    }
  }

  private Map<Mode, Double> measure(LuceneIndex index, Embedder embedder, List<Mode> modes) {
    Space space = new Space("quality", language);
    List<Embedding> vectors =
        result(
            embedder.embed(
                passages.stream().map(line -> line[1]).toList(), Purpose.PASSAGE, Lane.BULK));
    Map<UUID, Passage> registry = new HashMap<>();
    List<IndexedChunk> chunks = new ArrayList<>();
    for (int i = 0; i < passages.size(); i++) {
      String name = passages.get(i)[0];
      String text = passages.get(i)[1];
      UUID id = Samples.id(name, 0);
      registry.put(
          id, new Passage(name, "", 1, 1, 0, text.length(), List.of(), text, language, Map.of()));
      chunks.add(new IndexedChunk(id, name, vectors.get(i).vector(), text, language, Map.of()));
    }
    result(index.put(space, chunks));
    HybridSearch search =
        new HybridSearch(
            index,
            embedder,
            (where, wanted) -> Future.succeededFuture(registry),
            null,
            SearchConfig.standard());
    Map<Mode, Double> gains = new EnumMap<>(Mode.class);
    for (Mode mode : modes) {
      double sum = 0;
      for (Question question : questions) {
        sum +=
            gain(
                question,
                result(search.search(space, SearchRequest.of(question.text(), mode, TOP))));
      }
      gains.put(mode, sum / questions.size());
    }
    return gains;
  }

  private static double gain(Question question, SearchResult result) {
    double gain = 0;
    double ideal = 0;
    for (int i = 0; i < TOP; i++) {
      double discount = Math.log(2) / Math.log(i + 2);
      if (i < result.hits().size()
          && question.answers().contains(result.hits().get(i).document())) {
        gain += discount;
      }
      if (i < question.answers().size()) {
        ideal += discount;
      }
    }
    return gain / ideal;
  }
}
