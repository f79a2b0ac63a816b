package io.ruche.lifecycle;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the work in hand, so that a stop can refuse what is new and wait for the rest. Any thread
 * may call; no call blocks.
 */
public final class Drain {

  /** Set in the state, beside the count in the other bits, once draining has begun. */
  private static final long CLOSED = 1L << 62;

  private final AtomicLong state = new AtomicLong();
  private final Promise<Void> empty = Promise.promise();

  /** Takes one piece of work in hand; false once draining, and then it must not be done. */
  public boolean enter() {
    long before = state.getAndUpdate(now -> isClosed(now) ? now : now + 1);
    return !isClosed(before);
  }

  /** Lets go of a piece of work that {@link #enter} let in, once for each. */
  public void leave() {
    long now =
        state.updateAndGet(
            before -> {
              if (count(before) == 0) {
                throw new IllegalStateException("more work left than entered");
              }
              return before - 1;
            });
    completeWhenEmpty(now);
  }

  /** How many pieces of work are in hand. */
  public long inHand() {
    return count(state.get());
  }

  /** Whether new work is refused. */
  public boolean isDraining() {
    return isClosed(state.get());
  }

  /**
   * Refuses new work from now on, and completes when none is in hand or the bound has passed, with
   * the number of pieces that are then left: 0 is a clean end.
   */
  public Future<Long> drain(Duration bound) {
    completeWhenEmpty(state.updateAndGet(before -> before | CLOSED));
    return empty
        .future()
        .timeout(bound.toMillis(), TimeUnit.MILLISECONDS)
        .recover(Drain::passed)
        .map(ignored -> inHand());
  }

  private static Future<Void> passed(Throwable reason) {
    return reason instanceof TimeoutException
        ? Future.succeededFuture()
        : Future.failedFuture(reason);
  }

  private void completeWhenEmpty(long now) {
    if (now == CLOSED) {
      empty.tryComplete();
    }
  }

  private static boolean isClosed(long state) {
    return (state & CLOSED) != 0;
  }

  private static long count(long state) {
    return state & ~CLOSED;
  }
}
