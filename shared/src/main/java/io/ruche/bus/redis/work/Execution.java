package io.ruche.bus.redis.work;

import io.ruche.bus.BusMetrics;
import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.JobState;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.metrics.Span;
import io.ruche.metrics.Tracing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs handlers on virtual threads and turns what they return into an end or a retry. */
final class Execution {

  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

  /** No delivery waits longer for its next attempt, whatever a handler asks for. */
  static final long LONGEST_WAIT_MS = 3_600_000;

  /** What is to become of a delivery. */
  sealed interface Next {

    /** It is over; commit this. */
    record End(Ending ending) implements Next {}

    /**
     * Deliver it again, not before the wait has passed.
     *
     * @param counts whether this attempt is one of those that a command has
     */
    record Again(long waitMillis, String reason, boolean counts) implements Next {}
  }

  private final String service;
  private final CommandSpec spec;
  private final CommandHandler handler;
  private final Context context;
  private final BusMetrics metrics;
  private final Tracing tracing;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Execution(
      String service,
      CommandSpec spec,
      CommandHandler handler,
      Context context,
      BusMetrics metrics,
      Tracing tracing) {
    this.metrics = metrics;
    this.tracing = tracing;
    this.service = service;
    this.spec = spec;
    this.handler = handler;
    this.context = context;
  }

  /** Completes on the bus's event loop within the command's timeout, whatever the handler does. */
  Future<Next> run(Delivery delivery) {
    Promise<Next> next = Promise.promise();
    long began = System.nanoTime();
    Instant expires = delivery.envelope().expires();
    if (expires != null && expires.isBefore(Instant.now())) {
      next.complete(expired(delivery, expires));
    } else if (delivery.count() > spec.attempts()) {
      next.complete(dead(delivery, "no end after " + spec.attempts() + " deliveries"));
    } else {
      long timer =
          context
              .owner()
              .setTimer(spec.timeout().toMillis(), ignored -> next.tryComplete(timedOut(delivery)));
      threads.execute(
          () -> {
            Next result = handle(delivery);
            context.runOnContext(
                ignored -> {
                  context.owner().cancelTimer(timer);
                  next.tryComplete(result);
                });
          });
    }
    return next.future()
        .onSuccess(
            ended ->
                metrics.handled(
                    spec.name(), word(ended), Duration.ofNanos(System.nanoTime() - began)));
  }

  private static String word(Next next) {
    return switch (next) {
      case Next.End end -> end.ending().state().word();
      case Next.Again again -> again.counts() ? "retry" : "later";
    };
  }

  private Next handle(Delivery delivery) {
    Span span =
        tracing.start(
            "handle " + spec.name(), Span.Kind.CONSUMER, delivery.envelope().traceparent());
    Envelope envelope = delivery.envelope().withTraceparent(span.traceparent());
    // The thread is this delivery's own, so nothing of it stays for another.
    MDC.put("tenant", envelope.tenant());
    MDC.put("command_id", envelope.id());
    MDC.put("trace_id", span.traceId());
    try {
      Outcome outcome =
          handler.handle(new Command(envelope, delivery.count(), delivery.accepted()));
      return switch (outcome) {
        case Outcome.Done done ->
            new Next.End(
                new Ending(
                    delivery,
                    JobState.DONE,
                    "",
                    done.result(),
                    Announcements.done(service, spec, envelope, done)));
        case Outcome.Retry retry -> {
          span.fail(retry.reason());
          yield again(
              delivery, retry.reason(), retry.after() == null ? 0 : retry.after().toMillis());
        }
        case Outcome.Later later ->
            new Next.Again(
                Math.clamp(later.after().toMillis(), 1, LONGEST_WAIT_MS), later.reason(), false);
        case Outcome.Dead died -> {
          span.fail(died.reason());
          yield failed(delivery, JobState.FAILED, died.reason(), died.details());
        }
      };
    } catch (Throwable failure) {
      span.fail(failure.getClass().getSimpleName());
      LOG.warn("{} {}: attempt {} failed", service, spec.name(), delivery.count(), failure);
      return again(delivery, failure.getClass().getSimpleName() + ": " + failure.getMessage(), 0);
    } finally {
      span.end();
    }
  }

  private Next timedOut(Delivery delivery) {
    return again(delivery, "no outcome within " + spec.timeout().toSeconds() + " s", 0);
  }

  private Next again(Delivery delivery, String reason, long atLeast) {
    if (delivery.count() >= spec.attempts()) {
      return dead(delivery, reason);
    }
    long doubled = spec.backOff().toMillis() << Math.min(delivery.count() - 1, 20);
    long bounded = Math.min(doubled, spec.longestBackOff().toMillis());
    long jittered = bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1);
    return new Next.Again(Math.min(Math.max(jittered, atLeast), LONGEST_WAIT_MS), reason, true);
  }

  private Next dead(Delivery delivery, String reason) {
    return failed(delivery, JobState.FAILED, reason, null);
  }

  private Next expired(Delivery delivery, Instant expires) {
    return failed(
        delivery, JobState.EXPIRED, "expired at " + expires + " before it was handled", null);
  }

  private Next failed(
      Delivery delivery, JobState state, String reason, @Nullable JsonObject details) {
    Payload error = Announcements.error(state, reason, details, delivery);
    return new Next.End(
        new Ending(
            delivery,
            state,
            reason,
            error,
            Announcements.failed(service, spec, delivery.envelope(), state, error)));
  }

  /** What runs on goes on running; nothing new is taken. */
  void stop() {
    threads.shutdown();
  }
}
