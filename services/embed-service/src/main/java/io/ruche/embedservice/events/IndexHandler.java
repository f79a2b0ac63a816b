package io.ruche.embedservice.events;

import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Payload;
import io.ruche.embedservice.ingest.Ingestion;
import io.ruche.embedservice.ingest.order.Ingested;
import io.ruche.embedservice.ingest.order.Order;
import io.ruche.embedservice.ingest.order.Steps;
import io.ruche.embedservice.registry.CollectionRow;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.embedservice.registry.DocumentTable;
import io.ruche.embedservice.registry.ProgressTable;
import io.ruche.embedservice.registry.ProgressTable.JobKey;
import io.ruche.embedservice.registry.ProgressTable.Progress;
import io.ruche.embedservice.telemetry.IngestionMeter;
import io.ruche.http.Failure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command {@code index}: a document comes, or comes again. */
public final class IndexHandler implements CommandHandler {

  /** The name of the command. */
  public static final String NAME = "index";

  private static final Logger LOG = LoggerFactory.getLogger(IndexHandler.class);
  private static final int ATTEMPTS = 20;
  private static final int AT_ONCE = 4;
  private static final long NOTE_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long STORE_S = 30;

  private final Ingestion ingestion;
  private final CollectionTable collections;
  private final DocumentTable documents;
  private final ProgressTable progress;
  private final IngestionMeter meter;

  public IndexHandler(
      Ingestion ingestion,
      CollectionTable collections,
      DocumentTable documents,
      ProgressTable progress,
      IngestionMeter meter) {
    this.ingestion = ingestion;
    this.collections = collections;
    this.documents = documents;
    this.progress = progress;
    this.meter = meter;
  }

  /** The command and its events. */
  public static CommandSpec command() {
    return CommandSpec.named(NAME)
        .completed("document-indexed")
        .failed("document-failed")
        .orderedByKey()
        .prefetch(AT_ONCE)
        .attempts(ATTEMPTS, Duration.ofSeconds(1), Duration.ofMinutes(5))
        .timeout(Duration.ofHours(2));
  }

  @Override
  public Outcome handle(Command command) throws Exception {
    JobKey key = new JobKey(command.tenant(), command.client(), NAME, command.id());
    try (IngestionMeter.Run run = meter.begin(command.accepted(), command.attempt())) {
      Order order;
      try {
        order = IndexCommand.read(command.payload().data(), command.tenant(), command.accepted());
      } catch (Failure refusal) {
        JsonObject problem = Outcomes.problem(refusal, refusal.detail());
        note(key, new Progress("read", 0, 0, 0), problem);
        run.failed(refusal.code());
        JsonObject named = IndexCommand.named(command.payload().data());
        return Outcome.dead(refusal.detail(), Outcomes.details(named, problem));
      }
      Noting noting = new Noting(key, run);
      try {
        Ingested done = ingestion.ingest(order, noting);
        run.ended(done);
        return Outcome.done(Payload.json(result(order, done).toBuffer()));
      } catch (Exception failure) {
        Outcome outcome =
            command.attempt() < ATTEMPTS
                ? Outcomes.of(failure, command)
                : Outcomes.last(failure, command);
        return told(order, failure, outcome, noting);
      }
    }
  }

  /** Notes why it waits or has failed, for those who ask for the job. */
  private Outcome told(Order order, Exception failure, Outcome outcome, Noting noting) {
    return switch (outcome) {
      case Outcome.Done done -> done;
      case Outcome.Retry retry -> {
        note(noting.key, noting.last, Outcomes.problem(failure, retry.reason()));
        yield retry;
      }
      case Outcome.Later later -> {
        note(noting.key, noting.last, Outcomes.problem(failure, later.reason()));
        yield later;
      }
      case Outcome.Dead dead -> {
        JsonObject problem = Outcomes.problem(failure, dead.reason());
        noting.run.failed(problem.getString("code"));
        fail(order, problem, noting);
        yield dead(order, dead.reason(), problem);
      }
    };
  }

  private static Outcome dead(Order order, String reason, JsonObject problem) {
    JsonObject document =
        new JsonObject().put("collection", order.space().collection()).put("document", order.id());
    return Outcome.dead(
        order.space().collection() + "/" + order.id() + ": " + reason,
        Outcomes.details(document, problem));
  }

  private void fail(Order order, JsonObject problem, Noting noting) {
    try {
      CollectionRow collection = collections.find(order.space()).await(STORE_S, TimeUnit.SECONDS);
      if (collection != null) {
        documents
            .fail(
                collection.id(),
                order.id(),
                order.accepted(),
                order.contentType(),
                order.fileName(),
                problem)
            .await(STORE_S, TimeUnit.SECONDS);
      }
      note(noting.key, noting.last, problem);
    } catch (Exception away) {
      LOG.warn("why a document failed could not be noted: {}", away.getMessage());
    }
  }

  private void note(JobKey key, Progress at, @Nullable JsonObject problem) {
    try {
      progress.note(key, at, problem).await(STORE_S, TimeUnit.SECONDS);
    } catch (Exception away) {
      LOG.warn("the progress of a command could not be noted: {}", away.getMessage());
    }
  }

  static JsonObject result(Order order, Ingested done) {
    JsonObject json =
        new JsonObject()
            .put("collection", order.space().collection())
            .put("document", order.id())
            .put("state", done.end().name().toLowerCase(Locale.ROOT))
            .put("unchanged", done.end() == Ingested.End.UNCHANGED)
            .put("pages", done.pages())
            .put("chunks", done.chunks())
            .put("embedded", done.embedded())
            .put("written", done.written())
            .put("removed", done.removed())
            .put("truncated", done.truncated() > 0)
            .put("truncated_chunks", done.truncated())
            .put("tokens_dropped", done.dropped())
            .put("language", done.language());
    return done.notes().isEmpty() ? json : json.put("notes", new JsonArray(done.notes()));
  }

  /** Notes progress now and then; nobody waits for it. Confined to the handler's thread. */
  private final class Noting implements Steps {

    private final JobKey key;
    private final IngestionMeter.Run run;
    private Progress last = new Progress("read", 0, 0, 0);
    private long noted = System.nanoTime() - NOTE_EVERY_NS;

    Noting(JobKey key, IngestionMeter.Run run) {
      this.key = key;
      this.run = run;
    }

    @Override
    public void at(Progress now) {
      run.stage(now.stage());
      boolean next = !now.stage().equals(last.stage());
      last = now;
      if (next || System.nanoTime() - noted >= NOTE_EVERY_NS) {
        noted = System.nanoTime();
        var unused = progress.note(key, now, null);
      }
    }
  }
}
