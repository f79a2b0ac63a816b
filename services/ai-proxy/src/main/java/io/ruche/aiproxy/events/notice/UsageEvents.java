package io.ruche.aiproxy.events.notice;

import io.ruche.aiproxy.ledger.report.RecordedRow;
import io.ruche.aiproxy.ledger.report.Untold;
import io.ruche.auth.limits.Dollars;
import io.ruche.bus.Event;
import io.ruche.bus.envelope.Payload;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells tenants, as {@code usage-recorded}, of each row that the ledger has written for them. What
 * could not be told waits in PostgreSQL beside its row, so that none is lost and a crash tells some
 * twice, under the same id.
 */
public final class UsageEvents implements Lifecycle {

  /** The event. */
  public static final String RECORDED = "usage-recorded";

  private static final Logger log = LoggerFactory.getLogger(UsageEvents.class);

  /** Rows that are told at once; less than the bus and the claim bear with ease. */
  private static final int BATCH = 200;

  private static final long EVERY_MILLIS = 1_000;
  private static final long AFTER_FAILURE_MILLIS = 5_000;

  private final Vertx vertx;
  private final Untold untold;
  private final BiFunction<String, Event, Future<Void>> bus;
  private final Supplier<List<String>> tenants;
  private boolean failing;
  private volatile boolean stopped;
  private volatile Future<Void> round = Future.succeededFuture();

  /**
   * A teller that does not tell yet.
   *
   * @param bus publishes a tenant's event; completes when it is on disk
   * @param tenants gives those who hear of it now
   */
  public UsageEvents(
      Vertx vertx,
      Untold untold,
      BiFunction<String, Event, Future<Void>> bus,
      Supplier<List<String>> tenants) {
    this.vertx = vertx;
    this.untold = untold;
    this.bus = bus;
    this.tenants = tenants;
  }

  @Override
  public Future<Void> start() {
    later(EVERY_MILLIS);
    return Future.succeededFuture();
  }

  /** Finishes the batch in hand. */
  @Override
  public Future<Void> stop() {
    stopped = true;
    return round;
  }

  private void later(long millis) {
    vertx.setTimer(millis, id -> look());
  }

  private void look() {
    if (stopped) {
      return;
    }
    if (tenants.get().isEmpty()) {
      later(EVERY_MILLIS);
      return;
    }
    Promise<Void> done = Promise.promise();
    round = done.future();
    untold
        .claim(BATCH)
        .compose(this::tell)
        .onComplete(
            told -> {
              done.complete();
              if (told.succeeded()) {
                failing = false;
                later(told.result() == BATCH ? 1 : EVERY_MILLIS);
              } else {
                problem(told.cause());
                later(AFTER_FAILURE_MILLIS);
              }
            });
  }

  private void problem(Throwable cause) {
    if (!failing) {
      failing = true;
      log.warn("usage-recorded waits in PostgreSQL: {}", cause.getMessage());
    }
  }

  /** How many were claimed; fails when some of them could not be told. */
  private Future<Integer> tell(Untold.Claimed claimed) {
    List<String> told = new ArrayList<>(claimed.gone());
    List<Future<Void>> published = new ArrayList<>();
    for (RecordedRow row : claimed.rows()) {
      published.add(bus.apply(row.tenant(), event(row)));
    }
    return Future.join(published)
        .transform(
            all -> {
              for (int i = 0; i < published.size(); i++) {
                if (published.get(i).succeeded()) {
                  told.add(claimed.rows().get(i).id());
                }
              }
              return untold
                  .forget(told)
                  .compose(
                      forgotten ->
                          all.succeeded()
                              ? Future.succeededFuture(told.size())
                              : Future.failedFuture(all.cause()));
            });
  }

  static Event event(RecordedRow row) {
    JsonObject payload =
        new JsonObject()
            .put("id", row.id())
            .put("at", row.at().toString())
            .put("key", row.client())
            .put("source", row.source())
            .put("operation", row.operation())
            .put("model", row.model())
            .put("provider", row.provider())
            .put("upstreamModel", row.upstreamModel())
            .put("status", row.status())
            .put("outcome", row.outcome())
            .put("inputTokens", row.inputTokens())
            .put("cachedTokens", row.cachedTokens())
            .put("outputTokens", row.outputTokens())
            .put("usageSource", row.usageSource())
            .put("costUsd", Dollars.shown(row.nanoDollars()));
    return new Event(
        RECORDED, Payload.json(payload.toBuffer()), row.client(), null, row.commandId(), row.id());
  }
}
