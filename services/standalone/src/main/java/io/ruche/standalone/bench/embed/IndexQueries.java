package io.ruche.standalone.bench.embed;

import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.token.Tokenizer;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.index.lucene.LuceneIndex;
import io.ruche.embedservice.search.HybridSearch;
import io.ruche.embedservice.search.Mode;
import io.ruche.embedservice.search.Passage;
import io.ruche.embedservice.search.SearchConfig;
import io.ruche.embedservice.search.SearchRequest;
import io.ruche.standalone.bench.Report;
import io.ruche.standalone.bench.process.Percentiles;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Times of searches of one caller after the other: fusion and highlights included, the registry
 * not.
 */
final class IndexQueries {

  private static final int COUNT = 600;
  private static final int WARM = 100;
  private static final int TOP = 10;

  private final LuceneIndex index;
  private final Space space;
  private final IndexCorpus corpus;
  private final Report report;
  private final String column;
  private final HybridSearch search;

  /**
   * @param engine what a query's embedding costs; its vector is the corpus'
   */
  IndexQueries(
      LuceneIndex index,
      Space space,
      IndexCorpus corpus,
      Embedder engine,
      Report report,
      String column) {
    this.index = index;
    this.space = space;
    this.corpus = corpus;
    this.report = report;
    this.column = column;
    Passage passage = new Passage("d", "", 1, 1, 0, 6, List.of(), "w1 w2 w3", "en", Map.of());
    this.search =
        new HybridSearch(
            index,
            new Given(engine),
            (where, chunks) -> {
              Map<UUID, Passage> all = new HashMap<>();
              chunks.forEach(chunk -> all.put(chunk, passage));
              return Future.succeededFuture(all);
            },
            null,
            SearchConfig.standard());
  }

  /** Every mode. */
  void latencies(String when) {
    for (Mode mode : Mode.values()) {
      latencies(mode, when, "", "");
    }
  }

  /** Of one mode, with what is wanted of it in milliseconds. */
  void latencies(Mode mode, String when, String p50, String p99) {
    time(
        "%s, %s".formatted(mode.name().toLowerCase(Locale.ROOT), when),
        p50,
        p99,
        q -> search.search(space, SearchRequest.of(text(q), mode, TOP)).await());
  }

  private String text(int query) {
    return query + " " + corpus.words(query);
  }

  /** The least, the median and the most tokens of a query. */
  String tokens(Tokenizer tokenizer) {
    int[] counts = IntStream.range(0, COUNT).map(q -> tokenizer.count(text(q))).sorted().toArray();
    return "queries of %d to %d tokens, half of them up to %d"
        .formatted(counts[0], counts[COUNT - 1], counts[COUNT / 2]);
  }

  /** By vector, among what a filter lets through. */
  void filtered(String field, String share) {
    Filter filter = new Filter.OneOf(field, Set.of(7));
    time(
        "index alone, dense, " + share + " by a filter",
        "",
        "",
        q -> index.dense(space, corpus.query(q), TOP, filter).await());
  }

  private void time(String label, String p50, String p99, IntConsumer query) {
    long[] nanos = new long[COUNT];
    for (int q = 0; q < WARM; q++) {
      query.accept(q);
    }
    for (int q = 0; q < COUNT; q++) {
      long began = System.nanoTime();
      query.accept(q);
      nanos[q] = System.nanoTime() - began;
    }
    JsonObject times = Percentiles.of(nanos, COUNT);
    report.row(label + ", p50", "ms", p50);
    report.add(label + ", p50", column, times.getDouble("p50"));
    report.row(label + ", p99", "ms", p99);
    report.add(label + ", p99", column, times.getDouble("p99"));
  }

  /**
   * Gives a query the vector of its number, with which it begins, once the engine has embedded it.
   */
  private final class Given implements Embedder {

    private final Embedder engine;

    Given(Embedder engine) {
      this.engine = engine;
    }

    @Override
    public EmbeddingModel model() {
      return engine.model();
    }

    @Override
    public Future<List<Embedding>> embed(List<String> texts, Purpose purpose, Lane lane) {
      String text = texts.getFirst();
      int number = Integer.parseInt(text.substring(0, text.indexOf(' ')));
      return engine
          .embed(texts, purpose, lane)
          .map(List::getFirst)
          .map(
              embedded ->
                  List.of(
                      new Embedding(corpus.query(number), embedded.tokens(), embedded.dropped())));
    }
  }
}
