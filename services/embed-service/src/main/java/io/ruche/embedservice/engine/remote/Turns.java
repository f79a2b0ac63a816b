package io.ruche.embedservice.engine.remote;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.schedule.QueueConfig;
import io.ruche.http.Failure;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is at the server: so many requests at a time, interactive ones first, and where
 * there are several, one is kept free for them. Bounded in tokens that wait, as the engine in this
 * process is.
 */
final class Turns {

  private static final double AT_FIRST = 1_000;
  private static final double FORGET = 0.8;

  private final int most;
  private final QueueConfig config;
  private final MeterRegistry registry;
  private final Deque<Turn> interactive = new ArrayDeque<>();
  private final Deque<Turn> bulk = new ArrayDeque<>();
  private long interactiveTokens;
  private long bulkTokens;
  private int running;
  private int runningBulk;
  private double tokensPerSecond = AT_FIRST;
  private boolean stopped;

  Turns(int most, QueueConfig config, MeterRegistry registry) {
    this.most = most;
    this.config = config;
    this.registry = registry;
  }

  /** One request to the server. */
  interface Part<B, R> {
    Future<R> ask(B batch);
  }

  /** A part that waits. */
  private record Turn(
      Lane lane, long tokens, Runnable start, Promise<?> promise, BooleanSupplier gone) {}

  /** Does all parts; the answers in order, on the caller's context where there is one. */
  <B, R> Future<List<R>> take(
      Lane lane, List<B> batches, ToLongFunction<B> size, Part<B, R> part, BooleanSupplier gone) {
    List<Turn> turns = new ArrayList<>();
    List<Future<R>> answers = new ArrayList<>();
    long tokens = 0;
    for (B batch : batches) {
      Promise<R> promise = Promise.promise();
      long of = Math.max(1, size.applyAsLong(batch));
      tokens += of;
      Context context = Vertx.currentContext();
      turns.add(
          new Turn(lane, of, () -> start(lane, of, part, batch, promise, context), promise, gone));
      answers.add(promise.future());
    }
    Failure refusal = enqueue(lane, turns, tokens);
    if (refusal != null) {
      Counter.builder("ruche_embed_engine_dropped_requests_total")
          .description("Requests that were refused because too many tokens wait, or abandoned")
          .tag("lane", lane.name().toLowerCase(Locale.ROOT))
          .tag("result", "refused")
          .register(registry)
          .increment();
      return Future.failedFuture(refusal);
    }
    next();
    return Future.all(answers).map(all -> all.list());
  }

  private synchronized @Nullable Failure enqueue(Lane lane, List<Turn> turns, long tokens) {
    long bound = config.bound(lane);
    long before = lane == Lane.BULK ? bulkTokens : interactiveTokens;
    if (stopped) {
      return Failure.unavailable("The engine is stopped.", Duration.ofSeconds(5));
    }
    if (tokens > bound) {
      return Failure.payloadTooLarge(
          "The request has about %d tokens; the engine takes %d at a time (engine.queue in embed-service.yaml). Send fewer texts a request."
              .formatted(tokens, bound));
    }
    if (before + tokens > bound) {
      double seconds = Math.min(600, (before + tokens - bound) / tokensPerSecond);
      return Failure.tooManyRequests(
          "%d tokens wait to be embedded, of at most %d.".formatted(before, bound),
          Duration.ofMillis((long) (seconds * 1_000)));
    }
    add(lane, tokens);
    (lane == Lane.BULK ? bulk : interactive).addAll(turns);
    return null;
  }

  private void add(Lane lane, long tokens) {
    switch (lane) {
      case INTERACTIVE -> interactiveTokens += tokens;
      case BULK -> bulkTokens += tokens;
    }
  }

  private <B, R> void start(
      Lane lane,
      long tokens,
      Part<B, R> part,
      B batch,
      Promise<R> promise,
      @Nullable Context context) {
    Runnable ask =
        () -> {
          long began = System.nanoTime();
          part.ask(batch)
              .onComplete(
                  answer -> {
                    ended(lane, tokens, System.nanoTime() - began, answer);
                    promise.handle(answer);
                    next();
                  });
        };
    if (context == null) {
      ask.run();
    } else {
      context.runOnContext(v -> ask.run());
    }
  }

  private synchronized void ended(Lane lane, long tokens, long nanos, AsyncResult<?> answer) {
    running--;
    runningBulk -= lane == Lane.BULK ? 1 : 0;
    if (answer.succeeded() && nanos > 0) {
      double measured = tokens * 1e9 / nanos * most;
      tokensPerSecond = FORGET * tokensPerSecond + (1 - FORGET) * measured;
    }
  }

  private void next() {
    for (Turn turn = poll(); turn != null; turn = poll()) {
      turn.start.run();
    }
  }

  private synchronized @Nullable Turn poll() {
    while (running < most) {
      boolean ofBulk = interactive.isEmpty();
      if (ofBulk && (bulk.isEmpty() || runningBulk >= Math.max(1, most - 1))) {
        return null;
      }
      Turn turn = (ofBulk ? bulk : interactive).removeFirst();
      add(turn.lane, -turn.tokens);
      if (turn.gone.getAsBoolean()) {
        turn.promise.tryFail(Failure.requestTimeout("The caller has gone."));
        continue;
      }
      running++;
      runningBulk += ofBulk ? 1 : 0;
      return turn;
    }
    return null;
  }

  /** Refuses what comes and what waits. */
  synchronized void stop() {
    stopped = true;
    for (Deque<Turn> queue : List.of(interactive, bulk)) {
      for (Turn turn : queue) {
        turn.promise.tryFail(Failure.unavailable("The engine is stopped."));
      }
      queue.clear();
    }
    interactiveTokens = 0;
    bulkTokens = 0;
  }
}
