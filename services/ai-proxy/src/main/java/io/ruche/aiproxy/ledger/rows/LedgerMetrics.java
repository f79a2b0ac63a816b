package io.ruche.aiproxy.ledger.rows;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.ledger.journal.Journal;
import io.ruche.aiproxy.ledger.journal.JournalCounts;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/** The metrics of one ledger. */
final class LedgerMetrics {

  private static final double NANOS = 1e9;

  private final Counter refusedRows;
  private final AtomicLong behindNanos = new AtomicLong();

  LedgerMetrics(MeterRegistry registry, Journal journal) {
    JournalCounts counts = journal.counts();
    counter(
        registry,
        counts,
        "ruche_ledger_rows_total",
        "Requests whose row is in PostgreSQL or told as refused",
        JournalCounts::settledTotal);
    counter(
        registry,
        counts,
        "ruche_ledger_refused_requests_total",
        "Requests that were answered 503, because the journal had no room",
        JournalCounts::refusedTotal);
    counter(
        registry,
        counts,
        "ruche_ledger_interrupted_requests_total",
        "Requests whose process ended before them",
        JournalCounts::interruptedTotal);
    counter(
        registry,
        counts,
        "ruche_ledger_torn_records_total",
        "Records that a loss of power left incomplete",
        JournalCounts::tornTotal);
    refusedRows =
        Counter.builder("ruche_ledger_refused_rows_total")
            .description("Rows that PostgreSQL will never take, told in refused.jsonl")
            .register(registry);
    Gauge.builder("ruche_ledger_journal_bytes", journal, Journal::bytes)
        .description("Files of this process's journal")
        .register(registry);
    Gauge.builder("ruche_ledger_journal_requests", counts, JournalCounts::unsettled)
        .description("Requests under way or not in PostgreSQL yet")
        .register(registry);
    Gauge.builder("ruche_ledger_behind_seconds", behindNanos, nanos -> nanos.get() / NANOS)
        .description("How long the rows in hand have not been taken by PostgreSQL")
        .register(registry);
  }

  private static void counter(
      MeterRegistry registry,
      JournalCounts counts,
      String name,
      String description,
      ToDoubleFunction<JournalCounts> value) {
    FunctionCounter.builder(name, counts, value).description(description).register(registry);
  }

  void rowRefused() {
    refusedRows.increment();
  }

  void behind(long nanos) {
    behindNanos.set(nanos);
  }
}
