package io.ruche.standalone.bench.embed;

import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.index.lucene.LuceneConfig;
import io.ruche.embedservice.index.lucene.LuceneIndex;
import io.ruche.embedservice.search.Mode;
import io.ruche.standalone.bench.Machine;
import io.ruche.standalone.bench.Options;
import io.ruche.standalone.bench.Report;
import io.ruche.standalone.bench.process.Endings;
import io.ruche.standalone.bench.process.Memory;
import io.ruche.standalone.bench.process.Scratch;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The embedded index with many chunks in one space: what it takes to fill, what its searches find
 * beside comparing all, before and after 50 times 2 % were replaced, and how long they take with
 * their embedding, alone and while ingestion saturates the engine.
 */
public final class IndexBench {

  private static final Space SPACE = new Space("bench", "chunks");
  private static final int CHUNKS = 100_000;
  private static final int QUICK_CHUNKS = 60_000;
  private static final int TOGETHER = 64;
  private static final int IN_FLIGHT = 8;
  private static final int GENERATIONS = 50;
  private static final int CHURN = 50; // one in 50 is 2 %
  private static final int QUERIES = 200;
  private static final int TOP = 10;
  private static final int TOKENS = 15_000;
  private static final int AT_ONCE = 8;
  private static final long INGESTED = 1L << 32;
  private static final long BOUND_S = 120;
  private static final String COLUMN = "lucene";

  private final Options options;
  private final Consumer<String> progress;
  private final int chunks;
  private final IndexCorpus corpus = new IndexCorpus();
  private final Report report = new Report("embed index", List.of(COLUMN));

  /**
   * @param progress hears what is being done
   */
  public IndexBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    this.chunks = options.quick() ? QUICK_CHUNKS : CHUNKS;
  }

  /** Measures everything; a few minutes. */
  public Report run() throws Exception {
    try (Endings endings = new Endings()) {
      Scratch scratch = Scratch.in(options.data(), progress);
      endings.add(scratch::delete);
      report.note(Machine.describe(scratch.folder()));
      report.note(
          "%,d chunks of %d dimensions in 1,000 clusters, 80 words each; top %d of %d queries"
              .formatted(chunks, IndexCorpus.DIMENSIONS, TOP, QUERIES));
      BenchEngine engine = BenchEngine.start();
      endings.add(engine::close);
      Path folder = scratch.folder().resolve("index");
      LuceneIndex index =
          new LuceneIndex(engine.vertx(), folder, LuceneConfig.standard(), IndexCorpus.DIMENSIONS);
      index.start().await();
      endings.add(() -> index.stop().await());
      measure(index, engine, folder);
    }
    return report;
  }

  private void measure(LuceneIndex index, BenchEngine engine, Path folder) throws Exception {
    long began = System.nanoTime();
    put(index, SPACE, 0, chunks);
    add("filled", "s", seconds(began));
    add("chunks put", "/s", chunks / seconds(began));
    IndexQueries queries =
        new IndexQueries(index, SPACE, corpus, engine.embedder(), report, COLUMN);
    report.note(queries.tokens(engine.tokenizer()));
    queries.latencies("just filled");
    recall(index, "recall@10, filled", 0, chunks, Filter.NONE, number -> true);
    recall(
        index,
        "recall@10, 10 % by a filter",
        0,
        chunks,
        new Filter.OneOf("tenth", Set.of(3)),
        number -> number % 10 == 3);
    recall(
        index,
        "recall@10, 1 % by a filter",
        0,
        chunks,
        new Filter.OneOf("hundredth", Set.of(3)),
        number -> number % 100 == 3);
    churn(index);
    long first = (long) chunks / CHURN * GENERATIONS;
    recall(
        index,
        "recall@10, all replaced by 50 x 2 %",
        first,
        first + chunks,
        Filter.NONE,
        number -> true);
    queries.latencies("replaced");
    queries.filtered("hundredth", "1 %");
    queries.filtered("tenth", "10 %");
    duringIngestion(index, engine, queries);
    add("files", "MiB", size(folder) / (double) (1 << 20));
    Memory memory = new Memory(ProcessHandle.current());
    add("memory, resident with the files' pages", "MiB", memory.resident());
    add("memory, in use", "MiB", memory.live());
  }

  private void put(LuceneIndex index, Space space, long from, long to) {
    Deque<Future<Void>> waiting = new ArrayDeque<>();
    for (long at = from; at < to; at += TOGETHER) {
      List<IndexedChunk> batch =
          LongStream.range(at, Math.min(to, at + TOGETHER)).mapToObj(corpus::chunk).toList();
      if (waiting.size() >= IN_FLIGHT) {
        waiting.remove().await();
      }
      waiting.add(index.put(space, batch));
      if ((at - from) / TOGETHER % 200 == 0 && to - from > 10_000) {
        progress.accept("put %,d of %,d".formatted(at - from, to - from));
      }
    }
    waiting.forEach(put -> put.await());
  }

  /** Replaces the oldest 2 % by others, 50 times. */
  private void churn(LuceneIndex index) {
    int each = chunks / CHURN;
    long began = System.nanoTime();
    for (int generation = 0; generation < GENERATIONS; generation++) {
      progress.accept("generation %d of %d".formatted(generation + 1, GENERATIONS));
      long oldest = (long) generation * each;
      put(index, SPACE, chunks + oldest, chunks + oldest + each);
      List<UUID> gone = LongStream.range(oldest, oldest + each).mapToObj(IndexCorpus::id).toList();
      index.remove(SPACE, gone).await();
    }
    add("50 x 2 % replaced", "s", seconds(began));
  }

  private void recall(
      LuceneIndex index, String label, long from, long to, Filter filter, IntPredicate there) {
    progress.accept(label);
    List<Set<UUID>> nearest = corpus.nearest(QUERIES, from, to, there);
    int found = 0;
    for (int q = 0; q < QUERIES; q++) {
      Set<UUID> exact = nearest.get(q);
      found +=
          (int)
              index.dense(SPACE, corpus.query(q), TOP, filter).await().stream()
                  .filter(hit -> exact.contains(hit.chunk()))
                  .count();
    }
    add(label, "x", found / (double) (QUERIES * TOP));
  }

  /** Searches while chunks are embedded and put as fast as the engine can. */
  private void duringIngestion(LuceneIndex index, BenchEngine engine, IndexQueries queries)
      throws Exception {
    Saturation saturation = new Saturation(index, Corpus.chunks(engine.tokenizer(), TOKENS));
    long began = System.nanoTime();
    Future<Void> ingestions =
        Future.join(engine.ingest(saturation), engine.ingest(saturation)).mapEmpty();
    try {
      for (Mode mode : Mode.values()) {
        queries.latencies(mode, "while ingestion saturates", "<= 15", "<= 50");
      }
    } finally {
      saturation.over.set(true);
      ingestions.await(BOUND_S, TimeUnit.SECONDS);
    }
    add("meanwhile embedded and put", "/s", saturation.put.get() / seconds(began));
  }

  /** Chunks of a document at a time, embedded and put into the space that is searched. */
  private final class Saturation implements Ingestion {

    private final LuceneIndex index;
    private final Corpus texts;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong put = new AtomicLong();

    Saturation(LuceneIndex index, Corpus texts) {
      this.index = index;
      this.texts = texts;
    }

    @Override
    public List<String> texts() {
      return texts.texts().subList(0, AT_ONCE);
    }

    @Override
    public Future<Boolean> embedded(List<Embedding> embeddings) {
      long first = INGESTED + put.getAndAdd(embeddings.size());
      List<IndexedChunk> fresh =
          LongStream.range(first, first + embeddings.size()).mapToObj(corpus::chunk).toList();
      return index.put(SPACE, fresh).map(done -> !over.get());
    }
  }

  private void add(String label, String unit, double value) {
    report.row(label, unit, label.startsWith("recall") ? ">= 0.99" : "");
    report.add(label, COLUMN, value);
    progress.accept("%s: %.3f %s".formatted(label, value, unit));
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
