package io.ruche.aiproxy.ledger.rows;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.ledger.journal.Journal;
import io.ruche.aiproxy.ledger.journal.Unsettled;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.Postgres;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what has ended from the journal to PostgreSQL: one thread of its own, one batch at a
 * time, the same one until PostgreSQL has taken it. What PostgreSQL will never take goes to a file.
 */
public final class RowWriter {

  private static final Logger LOG = LoggerFactory.getLogger(RowWriter.class);

  private static final int BATCH = 1_000;

  /** Below it the round trips of a transaction cost more than they save. */
  private static final int WORTH_COPYING = 50;

  private static final int MOST_QUESTIONS = 1_000;
  private static final long SHORTEST_BACK_OFF_NS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LONGEST_BACK_OFF_NS = TimeUnit.SECONDS.toNanos(2);
  private static final long ADOPT_EVERY_NS = TimeUnit.SECONDS.toNanos(3);
  private static final long DELETE_EVERY_NS = TimeUnit.HOURS.toNanos(1);
  private static final long DELETE_MORE_NS = TimeUnit.SECONDS.toNanos(1);

  /** Longer than PostgreSQL's own bound on a query. */
  private static final long ANSWER_MIN = 11;

  private record Question(
      String tenant, @Nullable String client, Instant since, Context asker, Promise<Long> answer) {}

  private final Vertx vertx;
  private final Postgres postgres;
  private final Journal journal;
  private final RowInsert insert;
  private final RowCopy copy;
  private final Retention retention;
  private final Spending spending;
  private final RefusedRows refused;
  private final LedgerMetrics metrics;
  private final Queue<Question> questions = new ArrayBlockingQueue<>(MOST_QUESTIONS);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("ledger-rows").unstarted(this::run);

  /** Given out by the journal and not taken by PostgreSQL yet; the writer's thread only. */
  private List<Unsettled> inHand = List.of();

  private boolean copied;

  private volatile Set<String> told = Set.of();
  private volatile boolean stopping;
  private volatile long stopBy;
  private long nextAdoption = System.nanoTime();
  private long nextDeletion = System.nanoTime() + DELETE_MORE_NS;
  private long backOff = SHORTEST_BACK_OFF_NS;
  private String lastProblem = "";

  /** A writer that does not run yet. */
  public RowWriter(
      Vertx vertx, Postgres postgres, Journal journal, Duration keep, MeterRegistry registry) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.journal = journal;
    this.insert = new RowInsert(postgres);
    this.copy = new RowCopy(postgres);
    this.retention = new Retention(postgres, keep);
    this.spending = new Spending(postgres);
    this.refused = new RefusedRows(journal.folder());
    this.metrics = new LedgerMetrics(registry, journal);
  }

  /** The tenants of whose rows others are to hear, from now on. */
  public void tell(Collection<String> tenants) {
    told = Set.copyOf(tenants);
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  /**
   * Writes what has ended by now, as long as PostgreSQL takes it and the bound allows, and ends;
   * blocks.
   */
  public void stop(Duration bound) throws InterruptedException {
    stopBy = System.nanoTime() + bound.toNanos();
    stopping = true;
    LockSupport.unpark(thread);
    // A query in hand has a bound of its own, and its thread touches the journal after it.
    thread.join(bound.plusMinutes(ANSWER_MIN));
  }

  /**
   * Nano-dollars that a tenant, or one key of it, has spent on requests that came at or after a
   * moment and have ended: those in PostgreSQL and those that this process still has to write. Each
   * counts once, since the answer is made between two batches; only when PostgreSQL left a batch
   * without an answer can its requests count twice until it has one. Fails when PostgreSQL is away.
   */
  public Future<Long> spent(String tenant, @Nullable String client, Instant since) {
    Promise<Long> answer = Promise.promise();
    Question question = new Question(tenant, client, since, vertx.getOrCreateContext(), answer);
    if (stopping || !questions.offer(question)) {
      return Future.failedFuture("the ledger is stopping, or too many ask it");
    }
    LockSupport.unpark(thread);
    return answer.future();
  }

  private void run() {
    BatchPace pace = new BatchPace(System.nanoTime());
    boolean last = false;
    while (!last) {
      boolean wasStopping = stopping;
      int written = 0;
      try {
        written = round();
      } catch (Exception fault) {
        LOG.error("the ledger's writer goes on after a fault", fault);
      }
      last = wasStopping && (written == 0 || isLate());
      if (written < BATCH && !last) {
        LockSupport.parkNanos(this, pace.rest(written, System.nanoTime()));
      }
    }
    answerQuestions();
    copy.close();
  }

  /** Whether the end of the process need not wait for PostgreSQL any more. */
  private boolean isLate() {
    return System.nanoTime() - stopBy >= 0 || postgres.state().state() == Dependency.State.DOWN;
  }

  /** Answers how many rows PostgreSQL took. */
  private int round() throws IOException {
    answerQuestions();
    long now = System.nanoTime();
    if (now - nextAdoption >= 0) {
      nextAdoption = now + ADOPT_EVERY_NS;
      journal.adoptAbandoned();
    }
    if (now - nextDeletion >= 0) {
      nextDeletion = now + (deleteSome() ? DELETE_MORE_NS : DELETE_EVERY_NS);
    }
    if (inHand.isEmpty()) {
      inHand = journal.collect(BATCH);
      copied = false;
    }
    int rows = inHand.size();
    boolean written = inHand.isEmpty() || write();
    journal.releaseDone();
    return written ? rows : 0;
  }

  /** Until it is written, or the process is to end: then the journal keeps it. */
  private boolean write() {
    long since = System.nanoTime();
    while (!insertAll()) {
      metrics.behind(System.nanoTime() - since);
      if (stopping && isLate()) {
        return false;
      }
      answerQuestions();
      LockSupport.parkNanos(this, backOff);
      backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_NS);
    }
    inHand = List.of();
    metrics.behind(0);
    backOff = SHORTEST_BACK_OFF_NS;
    return true;
  }

  private boolean insertAll() {
    if (postgres.state().state() == Dependency.State.DOWN) {
      problem(postgres.state().detail());
      return false;
    }
    try {
      if (!copyAll()) {
        // A try before may have had answers for some of them.
        insertOrSplit(inHand.stream().filter(row -> !row.isSettled()).toList());
      }
      problem("");
      return true;
    } catch (Exception failure) {
      // Whatever it is: await throws checked exceptions that it does not declare.
      problem(String.valueOf(failure.getMessage()));
      return false;
    }
  }

  /**
   * Whether a batch worth it could be copied; only tried once, and another way goes on after it.
   */
  private boolean copyAll() {
    if (copied || inHand.size() < WORTH_COPYING) {
      return false;
    }
    copied = true;
    try {
      copy.copy(inHand, told);
    } catch (SQLException failure) {
      // A row that is there already, or that is refused; or PostgreSQL is away, which shows next.
      LOG.debug("a batch could not be copied: {}", failure.getMessage());
      return false;
    }
    inHand.forEach(Unsettled::settle);
    return true;
  }

  /** Halves a batch that is refused for what is in it, until the row that it is about is alone. */
  private void insertOrSplit(List<Unsettled> batch) throws TimeoutException, IOException {
    if (batch.isEmpty()) {
      return;
    }
    try {
      insert.insert(batch, told).await(ANSWER_MIN, TimeUnit.MINUTES);
    } catch (PgException refusal) {
      if (!isAboutTheRows(refusal)) {
        throw refusal;
      }
      if (batch.size() > 1) {
        insertOrSplit(batch.subList(0, batch.size() / 2));
        insertOrSplit(batch.subList(batch.size() / 2, batch.size()));
        return;
      }
      Unsettled row = batch.getFirst();
      refused.add(row, refusal.getSqlState() + " " + refusal.getErrorMessage());
      metrics.rowRefused();
      LOG.error(
          "PostgreSQL refuses a row for good; it is in {} id={} reason={}",
          RefusedRows.NAME,
          row.start().id(),
          refusal.getErrorMessage());
    }
    batch.forEach(Unsettled::settle);
  }

  /** Classes of SQLSTATE that trying again does not mend: data, and constraints on them. */
  private static boolean isAboutTheRows(PgException refusal) {
    String state = String.valueOf(refusal.getSqlState());
    return state.startsWith("22") || state.startsWith("23");
  }

  private void problem(String now) {
    if (!now.equals(lastProblem)) {
      lastProblem = now;
      if (now.isEmpty()) {
        LOG.info("the ledger writes to PostgreSQL again");
      } else {
        LOG.warn("the ledger keeps its rows in the journal: {}", now);
      }
    }
  }

  private boolean deleteSome() {
    try {
      return postgres.state().state() == Dependency.State.UP
          && retention.deleteSome().await(ANSWER_MIN, TimeUnit.MINUTES);
    } catch (Exception failure) {
      LOG.warn("old rows stay for now: {}", failure.getMessage());
      return false;
    }
  }

  private void answerQuestions() {
    for (Question question = questions.poll(); question != null; question = questions.poll()) {
      Question asked = question;
      try {
        long spent =
            spending
                .since(asked.tenant(), asked.client(), asked.since())
                .await(ANSWER_MIN, TimeUnit.MINUTES);
        long total = spent + inJournal(asked);
        asked.asker().runOnContext(v -> asked.answer().tryComplete(total));
      } catch (Exception failure) {
        asked.asker().runOnContext(v -> asked.answer().tryFail(failure));
      }
    }
  }

  private long inJournal(Question question) {
    AtomicLong sum = new AtomicLong();
    journal.forEachEnded(
        row -> {
          if (row.start().tenant().equals(question.tenant())
              && (question.client() == null || row.start().client().equals(question.client()))
              && !row.start().at().isBefore(question.since())) {
            sum.addAndGet(row.end().nanoDollars());
          }
        });
    return sum.get();
  }
}
