package io.ruche.standalone.bench.embed;

import com.sun.management.OperatingSystemMXBean;
import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.token.Tokenizer;
import io.ruche.standalone.bench.Machine;
import io.ruche.standalone.bench.Options;
import io.ruche.standalone.bench.Report;
import io.ruche.standalone.bench.process.Percentiles;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * {@code ./ruche bench embed}: useful tokens a second of embed-service's engine, texts in and
 * vectors out, beside ONNX Runtime alone in the same run, and beside batches of 32 as they come;
 * and how long a query takes while ingestion saturates the engine.
 */
public final class EmbedBench {

  private static final int BATCH = 32;
  private static final int PADDED_TEXTS = 64;
  private static final long BOUND_S = 120;

  private static final String ENGINE = "engine";
  private static final String TWO_ALONE = "ONNX Runtime alone, 2 sessions x 1 thread";
  private static final String ONE_ALONE = "ONNX Runtime alone, 1 session x 2 threads";
  private static final String SHARE = "engine / the better of these";
  private static final String BY_CPU = "  the same by CPU time";
  private static final String PADDED = "batches of 32 as they come, padded";
  private static final String GAIN = "engine / these batches";
  private static final String IDLE_P50 = "a query, nothing else, p50";
  private static final String IDLE_P99 = "a query, nothing else, p99";
  private static final String BUSY_P50 = "a query during ingestion, p50";
  private static final String BUSY_P99 = "a query during ingestion, p99";

  private final Options options;
  private final Consumer<String> progress;

  /**
   * @param progress hears what is being done
   */
  public EmbedBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Measures each corpus in turns; about a minute a run. */
  public Report run() throws Exception {
    try (BenchEngine engine = BenchEngine.start();
        BareLoop two = new BareLoop(engine.model(), 2, 1);
        BareLoop one = new BareLoop(engine.model(), 1, 2)) {
      return measure(engine, two, one);
    }
  }

  private Report measure(BenchEngine running, BareLoop two, BareLoop one) throws Exception {
    Embedder engine = running.embedder();
    Tokenizer tokenizer = running.tokenizer();
    int tokens = options.quick() ? 6_000 : 15_000;
    Corpus queries = Corpus.queries(tokenizer, tokens / 3);
    Corpus mixed = Corpus.mixed(tokenizer, tokens);
    Corpus chunks = Corpus.chunks(tokenizer, tokens);
    Report report = report(queries, mixed, chunks);
    report.note(Machine.describe(options.data().toAbsolutePath().getRoot()));
    report.note(
        "%s, weights of 8 bits; all from one process; texts of known lengths in tokens"
            .formatted(engine.model().name()));
    for (Corpus corpus : List.of(queries, mixed, chunks)) {
      progress.accept("warming up: " + corpus.name());
      // Every length once, since plans of memory are made by length.
      engine(engine, corpus);
      two.seconds(corpus.ids(), 1);
      one.seconds(corpus.ids().subList(0, corpus.ids().size() / 4), 1);
    }
    for (int round = 1; round <= options.runs(); round++) {
      for (Corpus corpus : List.of(queries, mixed, chunks)) {
        progress.accept("run %d of %d: %s".formatted(round, options.runs(), corpus.name()));
        throughput(report, engine, corpus, two, one, corpus.name().equals(mixed.name()));
      }
      progress.accept("run %d of %d: queries".formatted(round, options.runs()));
      add(report, queries, IDLE_P50, IDLE_P99, latencies(engine, queries));
      JsonObject busy = duringIngestion(running, chunks, () -> latencies(engine, queries));
      add(report, queries, BUSY_P50, BUSY_P99, busy);
    }
    return report;
  }

  private static Report report(Corpus... corpora) {
    Report report = new Report("embed", List.of(corpora).stream().map(Corpus::name).toList());
    report.row(ENGINE, "/s", "");
    report.row(TWO_ALONE, "/s", "");
    report.row(ONE_ALONE, "/s", "");
    report.row(SHARE, "x", ">= 0.9");
    report.row(BY_CPU, "x", "");
    report.row(PADDED, "/s", "");
    report.row(GAIN, "x", ">= 5");
    report.row(IDLE_P50, "ms", "");
    report.row(IDLE_P99, "ms", "");
    report.row(BUSY_P50, "ms", "<= 15");
    report.row(BUSY_P99, "ms", "<= 50");
    return report;
  }

  private static void throughput(
      Report report, Embedder engine, Corpus corpus, BareLoop two, BareLoop one, boolean padded)
      throws Exception {
    Cpu cpu = new Cpu();
    double ofEngine = corpus.tokens() / engine(engine, corpus);
    double cpuOfEngine = cpu.lap();
    double ofTwo = corpus.tokens() / two.seconds(corpus.ids(), 1);
    double cpuOfTwo = cpu.lap();
    double ofOne = corpus.tokens() / one.seconds(corpus.ids(), 1);
    double cpuOfOne = cpu.lap();
    report.add(ENGINE, corpus.name(), ofEngine);
    report.add(TWO_ALONE, corpus.name(), ofTwo);
    report.add(ONE_ALONE, corpus.name(), ofOne);
    report.add(SHARE, corpus.name(), ofEngine / Math.max(ofTwo, ofOne));
    report.add(BY_CPU, corpus.name(), Math.min(cpuOfTwo, cpuOfOne) / cpuOfEngine);
    if (padded) {
      List<long[]> some = corpus.ids().subList(0, Math.min(PADDED_TEXTS, corpus.ids().size()));
      double useful = some.stream().mapToLong(ids -> ids.length).sum();
      double ofPadded = useful / one.seconds(some, BATCH);
      report.add(PADDED, corpus.name(), ofPadded);
      report.add(GAIN, corpus.name(), ofEngine / ofPadded);
    }
  }

  /** CPU seconds of this process, which other processes make no longer. */
  private static final class Cpu {

    private final OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long last = system.getProcessCpuTime();

    /** Since the last one. */
    double lap() {
      long before = last;
      last = system.getProcessCpuTime();
      return (last - before) / 1e9;
    }
  }

  private static double engine(Embedder engine, Corpus corpus) throws Exception {
    long began = System.nanoTime();
    List<Embedding> embeddings =
        engine.embed(corpus.texts(), Purpose.PASSAGE, Lane.BULK).await(BOUND_S, TimeUnit.SECONDS);
    double seconds = (System.nanoTime() - began) / 1e9;
    long tokens = embeddings.stream().mapToLong(Embedding::tokens).sum();
    if (tokens != corpus.tokens()) {
      throw new IllegalStateException(
          "the engine saw %d tokens of %d".formatted(tokens, corpus.tokens()));
    }
    return seconds;
  }

  private JsonObject latencies(Embedder engine, Corpus queries) throws Exception {
    int count = Math.min(options.quick() ? 50 : 150, queries.texts().size());
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long began = System.nanoTime();
      engine
          .embed(List.of(queries.texts().get(i)), Purpose.QUERY, Lane.INTERACTIVE)
          .await(BOUND_S, TimeUnit.SECONDS);
      nanos[i] = System.nanoTime() - began;
    }
    return Percentiles.of(nanos, count);
  }

  /** What is measured meanwhile. */
  private interface Meanwhile {
    JsonObject measure() throws Exception;
  }

  private static JsonObject duringIngestion(BenchEngine engine, Corpus chunks, Meanwhile meanwhile)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<String> some = chunks.texts().subList(0, Math.min(8, chunks.texts().size()));
    Ingestion ingestion =
        new Ingestion() {

          @Override
          public List<String> texts() {
            return some;
          }

          @Override
          public Future<Boolean> embedded(List<Embedding> embeddings) {
            return Future.succeededFuture(!over.get());
          }
        };
    Future<Void> first = engine.ingest(ingestion);
    Future<Void> second = engine.ingest(ingestion);
    try {
      return meanwhile.measure();
    } finally {
      over.set(true);
      Future.join(first, second).await(BOUND_S, TimeUnit.SECONDS);
    }
  }

  private static void add(
      Report report, Corpus queries, String p50, String p99, JsonObject percentiles) {
    report.add(p50, queries.name(), percentiles.getDouble("p50"));
    report.add(p99, queries.name(), percentiles.getDouble("p99"));
  }
}
