package io.ruche.embedservice.http;

import io.ruche.bus.Bus;
import io.ruche.bus.Job;
import io.ruche.bus.JobState;
import io.ruche.bus.envelope.Payload;
import io.ruche.embedservice.registry.ProgressTable;
import io.ruche.embedservice.registry.ProgressTable.JobKey;
import io.ruche.embedservice.registry.ProgressTable.Noted;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Where the commands of a key stand, and how far they have come. */
final class Jobs {

  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final int MOST_WAITERS = 1_000;
  private static final long FIRST_LOOK_MS = 10;
  private static final long LONGEST_LOOK_MS = 250;

  private final Vertx vertx;
  private final Bus bus;
  private final ProgressTable progress;
  private final List<String> commands;
  private final AtomicInteger waiters = new AtomicInteger();

  /** Whose job. */
  record Owner(String tenant, String client) {}

  /**
   * @param commands in which a job's id is looked for
   */
  Jobs(Vertx vertx, Bus bus, ProgressTable progress, List<String> commands) {
    this.vertx = vertx;
    this.bus = bus;
    this.progress = progress;
    this.commands = List.copyOf(commands);
  }

  /** The job of that id, or null when the key has none, or none any more. */
  Future<@Nullable Job> find(Owner owner, String id) {
    return find(owner, id, 0)
        .recover(away -> Future.failedFuture(Failure.unavailable("Redis is away.", RETRY)));
  }

  private Future<@Nullable Job> find(Owner owner, String id, int at) {
    if (at == commands.size()) {
      return Future.succeededFuture(null);
    }
    return bus.find(owner.tenant(), owner.client(), commands.get(at), id)
        .compose(job -> job == null ? find(owner, id, at + 1) : Future.succeededFuture(job));
  }

  /**
   * The job once it has ended, or as it is when the time is over; null when there is none.
   *
   * @param left whether nobody waits any more
   */
  Future<@Nullable Job> ended(Owner owner, String id, Duration bound, BooleanSupplier left) {
    if (bound.isZero() || waiters.get() >= MOST_WAITERS) {
      return find(owner, id);
    }
    waiters.incrementAndGet();
    long until = System.nanoTime() + bound.toNanos();
    return look(owner, id, until, FIRST_LOOK_MS, left)
        .onComplete(looked -> waiters.decrementAndGet());
  }

  private Future<@Nullable Job> look(
      Owner owner, String id, long until, long pause, BooleanSupplier left) {
    return find(owner, id)
        .compose(
            job -> {
              if (job == null
                  || job.state().isFinal()
                  || left.getAsBoolean()
                  || System.nanoTime() >= until) {
                return Future.succeededFuture(job);
              }
              return vertx
                  .timer(pause)
                  .compose(
                      passed -> look(owner, id, until, Math.min(pause * 2, LONGEST_LOOK_MS), left));
            });
  }

  /** The job as the API tells it. */
  Future<JsonObject> json(Owner owner, Job job) {
    JobKey key = new JobKey(owner.tenant(), owner.client(), job.command(), job.receipt().id());
    return progress.find(key).otherwiseEmpty().map(noted -> json(job, noted));
  }

  private static JsonObject json(Job job, @Nullable Noted noted) {
    JsonObject json =
        new JsonObject()
            .put("job", job.receipt().id())
            .put("command", job.command())
            .put("state", job.state().word())
            .put("attempts", job.attempts());
    if (noted != null) {
      json.put("progress", progress(job, noted));
    }
    if (!job.reason().isEmpty()) {
      json.put("reason", job.reason());
    } else if (!job.state().isFinal() && noted != null && noted.problem() != null) {
      // It waits and is tried again.
      json.put("reason", noted.problem().getString("detail"));
    }
    if (job.state() == JobState.FAILED || job.state() == JobState.EXPIRED) {
      JsonObject problem = noted == null ? null : noted.problem();
      json.put(
          "problem",
          problem != null
              ? problem
              : new JsonObject()
                  .put("status", 500)
                  .put("code", job.state().word())
                  .put("title", "The job did not end well")
                  .put("detail", job.reason()));
    }
    Payload result = job.result();
    if (job.state() == JobState.DONE && result != null && result.isJson()) {
      json.put("result", new JsonObject(result.data()));
    }
    return json;
  }

  private static JsonObject progress(Job job, Noted noted) {
    return new JsonObject()
        .put("stage", job.state() == JobState.DONE ? "done" : noted.progress().stage())
        .put("pages", noted.progress().pages())
        .put("chunks_embedded", noted.progress().done())
        .put("chunks_total", noted.progress().total());
  }
}
