package io.ruche.aiproxy.ledger;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.journal.Journal;
import io.ruche.aiproxy.ledger.journal.JournalFullException;
import io.ruche.aiproxy.ledger.journal.Tending;
import io.ruche.aiproxy.ledger.report.Untold;
import io.ruche.aiproxy.ledger.report.UsageQuery;
import io.ruche.aiproxy.ledger.report.UsageReport;
import io.ruche.aiproxy.ledger.report.UsageSums;
import io.ruche.aiproxy.ledger.rows.RowWriter;
import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One row a request. {@code begin} before a provider is asked and {@code end} after are a copy into
 * memory that survives the process; a thread carries the rows to PostgreSQL, which may be away for
 * as long as the journal has room. Any thread may begin, end and ask.
 */
public final class Ledger implements Lifecycle {

  /** The schema that {@link Postgres} must be told to migrate. */
  public static final String SCHEMA = "ruche_ai";

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration STOP = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Postgres postgres;
  private final LedgerConfig config;
  private final Path folder;
  private final MeterRegistry registry;
  private final UsageSums sums;
  private volatile @Nullable Running running;
  private volatile List<String> told = List.of();

  private record Running(Journal journal, RowWriter writer, Tending tending) {}

  /**
   * A ledger that takes nothing yet.
   *
   * @param postgres migrates {@link #SCHEMA}
   * @param data the process's data folder, for the journal where the configuration names none
   */
  public Ledger(
      Vertx vertx, Postgres postgres, LedgerConfig config, Path data, MeterRegistry registry) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.config = config;
    Path configured = config.journal();
    this.folder = configured == null ? data.resolve("ai-proxy").resolve("journal") : configured;
    this.registry = registry;
    this.sums = new UsageSums(postgres);
  }

  /**
   * The tenants whose rows are to be told to others, from now on: those that are written are noted
   * in the same statement, see {@link #untold}.
   */
  public void tell(Collection<String> tenants) {
    told = List.copyOf(tenants);
    Running now = running;
    if (now != null) {
      now.writer().tell(told);
    }
  }

  /** The rows that are still to be told. */
  public Untold untold() {
    return new Untold(postgres);
  }

  /** Opens the journal, and fails when its folder cannot be written; PostgreSQL may come later. */
  @Override
  public Future<Void> start() {
    return vertx.executeBlocking(
        () -> {
          open();
          return null;
        });
  }

  private void open() {
    Journal journal;
    try {
      journal = Journal.open(folder, LedgerConfig.SEGMENT_BYTES, config.journalLimit().bytes());
    } catch (IOException e) {
      throw new IllegalStateException(
          "the ledger's journal cannot use " + folder + " (ledger.journal): " + e, e);
    }
    RowWriter writer = new RowWriter(vertx, postgres, journal, config.keep(), registry);
    writer.tell(told);
    writer.start();
    running = new Running(journal, writer, Tending.start(journal, config.force()));
  }

  /**
   * Writes at most five seconds more to PostgreSQL, and gives the journal back; what is left there
   * is written by the next process that uses the folder. After the edges have drained.
   */
  @Override
  public Future<Void> stop() {
    Running now = running;
    running = null;
    return now == null
        ? Future.succeededFuture()
        : vertx.executeBlocking(
            () -> {
              close(now);
              return null;
            });
  }

  private static void close(Running now) throws IOException, InterruptedException {
    now.journal().refuse();
    if (!now.tending().stop(STOP)) {
      LOG.warn("the journal's disk has not answered for {} s", STOP.toSeconds());
    }
    now.writer().stop(STOP);
    now.journal().close();
  }

  /**
   * Writes that a request is about to be sent to a provider. Costs a microsecond or so and never
   * waits for a disk or a network. Each entry must be ended, once.
   *
   * @throws Failure 503 {@code ledger_full} with Retry-After when there is no room: then the
   *     request must not be made, for it could not be recorded
   */
  public Entry begin(Start start) {
    Running now = running;
    if (now == null) {
      throw refused("the ledger is not running");
    }
    try {
      return now.journal().begin(start);
    } catch (JournalFullException full) {
      throw refused(full.getMessage());
    }
  }

  private static Failure refused(@Nullable String reason) {
    return Failure.of(
            503,
            "ledger_full",
            "Usage cannot be recorded now",
            "The request was not made, because its use could not be recorded: " + reason + ".")
        .withRetryAfter(RETRY);
  }

  /**
   * Nano-dollars that a tenant has spent on requests that came at or after a moment and have ended,
   * those in this process's journal included; of what other live processes still hold in theirs,
   * usually a quarter of a second's, it knows nothing. Fails when PostgreSQL is away.
   *
   * @param client one key of the tenant; null for all
   */
  public Future<Long> spent(String tenant, @Nullable String client, Instant since) {
    Running now = running;
    return now == null
        ? Future.failedFuture("the ledger is not running")
        : now.writer().spent(tenant, client, since);
  }

  /** Sums of what PostgreSQL has; fails with a {@link Failure}, 503 when it is away. */
  public Future<UsageReport> usage(UsageQuery query) {
    return sums.read(query);
  }

  /** Down while the journal cannot grow; a cached state. */
  public Dependency state() {
    Running now = running;
    if (now == null) {
      return Dependency.down("not running");
    }
    String problem = now.journal().problem();
    return problem.isEmpty() ? Dependency.up() : Dependency.down(problem);
  }
}
