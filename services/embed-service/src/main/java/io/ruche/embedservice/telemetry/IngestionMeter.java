package io.ruche.embedservice.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ruche.embedservice.ingest.order.Ingested;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what becomes of documents and where their time goes. Safe for all threads. */
public final class IngestionMeter {

  private static final int MOST_REASONS = 50;

  private static final Duration[] WAITS = {
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(10),
    Duration.ofHours(1)
  };

  private final MeterRegistry registry;
  private final AtomicInteger running = new AtomicInteger();
  private final Timer waited;
  private final Map<String, Timer> stages = new ConcurrentHashMap<>();
  private final Set<String> reasons = ConcurrentHashMap.newKeySet();

  /** Registers the meters. */
  public IngestionMeter(MeterRegistry registry) {
    this.registry = registry;
    this.waited =
        Timer.builder("ruche_embed_waited_seconds")
            .description("From a document's receipt to its first attempt")
            .serviceLevelObjectives(WAITS)
            .register(registry);
    Gauge.builder("ruche_embed_running_documents", running::get)
        .description("Documents that are being indexed now")
        .register(registry);
    for (Ingested.End end : Ingested.End.values()) {
      documents(word(end), "");
    }
  }

  /** The handling of a document begins. */
  public Run begin(Instant accepted, int attempt) {
    if (attempt == 1) {
      Duration since = Duration.between(accepted, Instant.now());
      waited.record(since.isNegative() ? Duration.ZERO : since);
    }
    return new Run();
  }

  /** One handling of a document. Confined to its thread. */
  public final class Run implements AutoCloseable {

    private String stage = "read";
    private long since = System.nanoTime();

    private Run() {
      running.incrementAndGet();
    }

    /** It does something else from now on. */
    public void stage(String next) {
      if (!next.equals(stage)) {
        measure();
        stage = next;
      }
    }

    private void measure() {
      long now = System.nanoTime();
      stages
          .computeIfAbsent(stage, IngestionMeter.this::timer)
          .record(Duration.ofNanos(now - since));
      since = now;
    }

    /** The document is as it was asked for, or a later command has won. */
    public void ended(Ingested done) {
      documents(word(done.end()), "").increment();
      chunks("embedded").increment(done.embedded());
      chunks("written").increment(done.written());
      chunks("removed").increment(done.removed());
    }

    /**
     * It never will be.
     *
     * @param reason the code of the problem
     */
    public void failed(String reason) {
      documents("failed", bounded(reason)).increment();
    }

    @Override
    public void close() {
      measure();
      running.decrementAndGet();
    }
  }

  private Timer timer(String stage) {
    return Timer.builder("ruche_embed_stage_seconds")
        .description("Time of documents in a stage of their ingestion")
        .tag("stage", stage)
        .serviceLevelObjectives(Buckets.WORK)
        .register(registry);
  }

  private Counter documents(String result, String reason) {
    return Counter.builder("ruche_embed_documents_total")
        .description("Documents that were asked for, by what became of them")
        .tag("result", result)
        .tag("reason", reason)
        .register(registry);
  }

  private Counter chunks(String work) {
    return Counter.builder("ruche_embed_chunks_total")
        .description("Chunks that the model was asked for, that were put into or taken out of it")
        .tag("work", work)
        .register(registry);
  }

  /** Codes are few; a server of models may still send some of its own. */
  private String bounded(String reason) {
    if (reasons.size() >= MOST_REASONS && !reasons.contains(reason)) {
      return "other";
    }
    reasons.add(reason);
    return reason;
  }

  private static String word(Ingested.End end) {
    return end.name().toLowerCase(Locale.ROOT);
  }
}
