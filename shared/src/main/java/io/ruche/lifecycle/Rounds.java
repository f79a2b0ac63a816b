package io.ruche.lifecycle;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Work that is done again and again: each round begins some time after the one before has ended. A
 * stop begins no more of them and does not wait for the one that is under way.
 */
public final class Rounds implements Lifecycle {

  /**
   * When rounds begin.
   *
   * @param first after the start
   * @param every after a round that went well
   * @param again after one that failed
   */
  public record Times(Duration first, Duration every, Duration again) {}

  private final Vertx vertx;
  private final Times times;
  private final Supplier<Future<?>> round;
  private final Consumer<Throwable> failed;
  private volatile boolean stopped;
  private volatile long timer;

  /**
   * @param failed hears why a round failed
   */
  public Rounds(Vertx vertx, Times times, Supplier<Future<?>> round, Consumer<Throwable> failed) {
    this.vertx = vertx;
    this.times = times;
    this.round = round;
    this.failed = failed;
  }

  @Override
  public Future<Void> start() {
    next(times.first());
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    return Future.succeededFuture();
  }

  private void next(Duration delay) {
    if (!stopped) {
      timer = vertx.setTimer(Math.max(1, delay.toMillis()), passed -> run());
    }
  }

  private void run() {
    Future.succeededFuture()
        .compose(begun -> round.get())
        .onSuccess(done -> next(times.every()))
        .onFailure(
            failure -> {
              failed.accept(failure);
              next(times.again());
            });
  }
}
