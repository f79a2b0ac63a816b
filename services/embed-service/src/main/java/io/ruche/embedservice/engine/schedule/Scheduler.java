package io.ruche.embedservice.engine.schedule;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.embedservice.engine.Lane;
import io.ruche.http.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shares the cores among requests, one text at a time, each on one core: batches gain nothing on a
 * core, and their padding costs much.
 *
 * <p>What is {@link Lane#INTERACTIVE} goes first, and does not even wait for the bulk texts that
 * run: it has threads of its own, and no bulk text is begun while the cores are taken. The threads
 * of bulk have the lowest priority, which the system heeds where the JVM is started with {@code
 * -XX:ThreadPriorityPolicy=1}. Requests of one lane take turns, so that a short one does not wait
 * for a long one.
 *
 * <p>Both lanes are bounded in tokens that wait; past that requests are refused with the time after
 * which there should be room.
 */
public final class Scheduler {

  private final int cores;
  private final QueueConfig config;
  private final SchedulerMetrics metrics;
  private final Pace pace;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Lane, Deque<Batch>> lanes = new EnumMap<>(Lane.class);
  private final Map<Lane, Long> waiting = new EnumMap<>(Lane.class);
  private final List<Thread> threads = new ArrayList<>();
  private int running;
  private boolean stopped;

  /**
   * Starts the threads, which wait.
   *
   * @param cores that texts are run on at a time; twice as many while interactive ones come in
   *     between
   */
  public Scheduler(int cores, QueueConfig config, MeterRegistry registry) {
    this.cores = cores;
    this.config = config;
    this.pace = new Pace(cores);
    for (Lane lane : Lane.values()) {
      lanes.put(lane, new ArrayDeque<>());
      waiting.put(lane, 0L);
    }
    this.metrics = new SchedulerMetrics(registry, this::waitingTokens, pace::tokensPerSecond);
    for (int i = 0; i < cores; i++) {
      threads.add(thread("ruche-embed-query-" + i, Thread.NORM_PRIORITY, Lane.INTERACTIVE));
      threads.add(thread("ruche-embed-bulk-" + i, Thread.MIN_PRIORITY, Lane.BULK));
    }
    threads.forEach(Thread::start);
  }

  @SuppressWarnings("ThreadPriorityCheck") // only makes queries quicker
  private Thread thread(String name, int priority, Lane lane) {
    return Thread.ofPlatform().name(name).daemon().priority(priority).unstarted(() -> work(lane));
  }

  /**
   * Does the pieces of a request. Completes when all are done, on the caller's context where there
   * is one; fails with what the first piece failed with, or with a {@link Failure}: 413 for more
   * than the lane ever holds, 429 while it is full, 503 when this is stopped.
   *
   * @param gone whether nobody waits for it any more; its pieces that are not begun are left out
   */
  public Future<Void> submit(Lane lane, Work work, BooleanSupplier gone) {
    if (work.pieces() == 0) {
      return Future.succeededFuture();
    }
    Batch batch = new Batch(lane, work, gone);
    Failure refusal = enqueue(batch);
    if (refusal != null) {
      metrics.refused(lane);
      return Future.failedFuture(refusal);
    }
    return onContextOfCaller(batch.promise.future());
  }

  private @Nullable Failure enqueue(Batch batch) {
    long bound = config.bound(batch.lane);
    lock.lock();
    try {
      if (stopped) {
        return Failure.unavailable("The engine is stopped.", Duration.ofSeconds(5));
      }
      long before = tokens(batch.lane);
      if (batch.waitingTokens() > bound) {
        return Failure.payloadTooLarge(
            "The request has about %d tokens; the engine takes %d at a time (engine.queue in embed-service.yaml). Send fewer texts a request."
                .formatted(batch.waitingTokens(), bound));
      }
      if (before + batch.waitingTokens() > bound) {
        return Failure.tooManyRequests(
            "%d tokens wait to be embedded, of at most %d.".formatted(before, bound),
            pace.timeFor(ahead(batch.lane) + batch.waitingTokens() - bound));
      }
      waiting.put(batch.lane, before + batch.waitingTokens());
      queue(batch.lane).addLast(batch);
      changed.signalAll();
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** What is done before the last of the lane. */
  private long ahead(Lane lane) {
    return switch (lane) {
      case INTERACTIVE -> tokens(Lane.INTERACTIVE);
      case BULK -> tokens(Lane.INTERACTIVE) + tokens(Lane.BULK);
    };
  }

  private static Future<Void> onContextOfCaller(Future<Void> done) {
    Context context = Vertx.currentContext();
    if (context == null) {
      return done;
    }
    Promise<Void> there = Promise.promise();
    done.onComplete(result -> context.runOnContext(v -> there.handle(result)));
    return there.future();
  }

  private long waitingTokens(Lane lane) {
    lock.lock();
    try {
      return tokens(lane);
    } finally {
      lock.unlock();
    }
  }

  private long tokens(Lane lane) {
    return waiting.getOrDefault(lane, 0L);
  }

  private Deque<Batch> queue(Lane lane) {
    return lanes.computeIfAbsent(lane, key -> new ArrayDeque<>());
  }

  private void work(Lane lane) {
    for (Turn turn = next(lane); turn != null; turn = next(lane)) {
      RuntimeException fault = null;
      long began = System.nanoTime();
      try {
        int tokens = turn.batch.work.run(turn.piece);
        pace.done(tokens, System.nanoTime() - began);
        metrics.done(turn.batch.lane, tokens);
      } catch (RuntimeException e) {
        fault = e;
        metrics.failed(turn.batch.lane);
      } catch (Error e) {
        // Such as memory that ran out for this text: the request has to hear of it all the same.
        fault = new IllegalStateException("a text could not be embedded", e);
        metrics.failed(turn.batch.lane);
      }
      end(turn, fault);
    }
  }

  /** A piece that is to be done. */
  private record Turn(Batch batch, int piece) {}

  private @Nullable Turn next(Lane lane) {
    lock.lock();
    try {
      while (!stopped) {
        Turn turn = mayBegin(lane) ? turn(lane) : null;
        if (turn != null) {
          running++;
          return turn;
        }
        changed.awaitUninterruptibly();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Each interactive thread is one core; a bulk thread waits until one is free. */
  private boolean mayBegin(Lane lane) {
    return switch (lane) {
      case INTERACTIVE -> true;
      case BULK -> running < cores && queue(Lane.INTERACTIVE).isEmpty();
    };
  }

  private @Nullable Turn turn(Lane lane) {
    Deque<Batch> queue = queue(lane);
    for (Batch batch = queue.pollFirst(); batch != null; batch = queue.pollFirst()) {
      if (batch.isGone()) {
        metrics.abandoned(lane);
        abandon(batch, Failure.requestTimeout("The caller has gone."));
        continue;
      }
      if (batch.untouched()) {
        metrics.waited(lane, System.nanoTime() - batch.queuedAt);
      }
      long before = batch.waitingTokens();
      int piece = batch.begin();
      waiting.merge(lane, batch.waitingTokens() - before, Long::sum);
      if (batch.hasMore()) {
        queue.addLast(batch);
      }
      return new Turn(batch, piece);
    }
    return null;
  }

  private void abandon(Batch batch, RuntimeException because) {
    waiting.merge(batch.lane, -batch.abandon(because), Long::sum);
    if (batch.isOver()) {
      batch.complete();
    }
  }

  private void end(Turn turn, @Nullable RuntimeException fault) {
    boolean over;
    lock.lock();
    try {
      running--;
      over = turn.batch.end(fault);
      if (fault != null && !over) {
        queue(turn.batch.lane).remove(turn.batch);
        waiting.merge(turn.batch.lane, -turn.batch.abandon(fault), Long::sum);
        over = turn.batch.isOver();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (over) {
      turn.batch.complete();
    }
  }

  /**
   * Refuses what comes and what waits, and lets what runs end.
   *
   * @return whether it has ended within the bound
   */
  public boolean stop(Duration bound) {
    long until = System.nanoTime() + bound.toNanos();
    lock.lock();
    try {
      stopped = true;
      for (Deque<Batch> queue : lanes.values()) {
        queue.forEach(batch -> abandon(batch, Failure.unavailable("The engine is stopped.")));
        queue.clear();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean ended = true;
    for (Thread thread : threads) {
      ended &= ended(thread, until);
    }
    metrics.close();
    return ended;
  }

  private static boolean ended(Thread thread, long until) {
    try {
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      return thread.join(Duration.ofMillis(Math.max(1, left)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
