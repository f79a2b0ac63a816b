package io.ruche.lifecycle;

import io.ruche.lifecycle.LifecycleException.PartFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Parts that start one after another and stop in reverse order.
 *
 * <p>When one does not start, those before it are stopped again. Every start and stop is bounded;
 * one that takes longer counts as failed. A stop that fails keeps no other from stopping. Any
 * thread may call.
 */
public final class LifecycleSequence implements Lifecycle {

  private record Part(String name, Lifecycle lifecycle) {}

  private final Duration startBound;
  private final Duration stopBound;
  private final List<Part> parts = new ArrayList<>();

  /** What there is to stop, the last one started first. */
  private final Deque<Part> running = new ConcurrentLinkedDeque<>();

  private final Promise<Void> started = Promise.promise();
  private final Promise<Void> stopAsked = Promise.promise();
  private final Promise<Void> stopped = Promise.promise();
  private boolean startBegun;
  private boolean stopBegun;

  /**
   * An empty sequence.
   *
   * @param startBound the longest that one part may take to start
   * @param stopBound the longest that one part may take to stop
   */
  public LifecycleSequence(Duration startBound, Duration stopBound) {
    this.startBound = startBound;
    this.stopBound = stopBound;
  }

  /** Adds a part after the others, under the name that failures show; only before the start. */
  public synchronized LifecycleSequence then(String name, Lifecycle part) {
    if (startBegun || stopBegun) {
      throw new IllegalStateException(name + " comes too late: the sequence has begun");
    }
    parts.add(new Part(name, part));
    return this;
  }

  /**
   * Fails with a {@link LifecycleException} that names the part, after stopping those before it.
   */
  @Override
  public Future<Void> start() {
    boolean first;
    synchronized (this) {
      first = !startBegun;
      startBegun = true;
    }
    if (first) {
      startFrom(0).onComplete(started);
    }
    return started.future();
  }

  /**
   * Fails with a {@link LifecycleException} that names each part that did not stop, after trying
   * all. A start that is still going on is given up, and its part is stopped too.
   */
  @Override
  public Future<Void> stop() {
    boolean first;
    boolean wasStarted;
    synchronized (this) {
      first = !stopBegun;
      wasStarted = startBegun;
      stopBegun = true;
      startBegun = true;
    }
    if (first) {
      stopAsked.complete();
      if (!wasStarted) {
        started.fail(new IllegalStateException("the sequence was stopped before its start"));
      }
      List<PartFailure> failures = new ArrayList<>();
      started
          .future()
          .otherwiseEmpty()
          .compose(ignored -> stopRunning(failures))
          .compose(ignored -> failed(failures))
          .onComplete(stopped);
    }
    return stopped.future();
  }

  private Future<Void> startFrom(int index) {
    if (index == parts.size()) {
      return Future.succeededFuture();
    }
    Part part = parts.get(index);
    return startOne(part)
        .recover(reason -> undo(new PartFailure("starting " + part.name(), reason)))
        .compose(ignored -> startFrom(index + 1));
  }

  /**
   * A part whose start is given up, not failed, may still come up, so it stays among those to stop.
   */
  private Future<Void> startOne(Part part) {
    if (stopAsked.future().isComplete()) {
      return Future.failedFuture(stoppedEarly());
    }
    running.push(part);
    Promise<Void> outcome = Promise.promise();
    stopAsked.future().onSuccess(ignored -> outcome.tryFail(stoppedEarly()));
    called(part.lifecycle()::start)
        .onFailure(reason -> running.remove(part))
        .onSuccess(outcome::tryComplete)
        .onFailure(outcome::tryFail);
    return within(startBound, outcome);
  }

  /**
   * Stops what runs and fails; when a stop was asked for, that one stops it and tells how it went.
   */
  private Future<Void> undo(PartFailure failure) {
    List<PartFailure> failures = new ArrayList<>(List.of(failure));
    Future<Void> undone =
        stopAsked.future().isComplete() ? Future.succeededFuture() : stopRunning(failures);
    return undone.compose(ignored -> failed(failures));
  }

  private Future<Void> stopRunning(List<PartFailure> failures) {
    Part part = running.poll();
    if (part == null) {
      return Future.succeededFuture();
    }
    Promise<Void> outcome = Promise.promise();
    called(part.lifecycle()::stop).onSuccess(outcome::tryComplete).onFailure(outcome::tryFail);
    return within(stopBound, outcome)
        .onFailure(reason -> failures.add(new PartFailure("stopping " + part.name(), reason)))
        .otherwiseEmpty()
        .compose(ignored -> stopRunning(failures));
  }

  private static Future<Void> failed(List<PartFailure> failures) {
    return failures.isEmpty()
        ? Future.succeededFuture()
        : Future.failedFuture(new LifecycleException(failures));
  }

  private static IllegalStateException stoppedEarly() {
    return new IllegalStateException("the sequence was stopped while it was starting");
  }

  /** The call's future, failed where the call itself throws. */
  private static Future<Void> called(Supplier<Future<Void>> call) {
    return Future.<Void>succeededFuture().compose(ignored -> call.get());
  }

  /**
   * The outcome belongs to no Vert.x context, so that its bound holds when Vert.x is what stops.
   */
  private static Future<Void> within(Duration bound, Promise<Void> outcome) {
    return outcome
        .future()
        .timeout(bound.toMillis(), TimeUnit.MILLISECONDS)
        .recover(
            reason ->
                Future.failedFuture(
                    outcome.future().isComplete()
                        ? reason
                        : new TimeoutException("did not end within " + bound.toMillis() + " ms")));
  }
}
