package io.ruche.embedservice.engine.schedule;

import io.ruche.embedservice.engine.Lane;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way. Its longest pieces are begun first, so that no core is left with one at
 * the end. Guarded by the scheduler's lock but for the work itself.
 */
final class Batch {

  final Lane lane;
  final Work work;
  final Promise<Void> promise = Promise.promise();
  final long queuedAt = System.nanoTime();
  private final BooleanSupplier gone;
  private final int[] order;
  private int begun;
  private int inHand;

  /** Of the pieces that are not begun. */
  private long waitingTokens;

  private @Nullable RuntimeException fault;

  Batch(Lane lane, Work work, BooleanSupplier gone) {
    this.lane = lane;
    this.work = work;
    this.gone = gone;
    this.order =
        IntStream.range(0, work.pieces())
            .boxed()
            .sorted(Comparator.comparingInt(piece -> -work.estimate(piece)))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int piece : order) {
      waitingTokens += work.estimate(piece);
    }
  }

  long waitingTokens() {
    return waitingTokens;
  }

  boolean untouched() {
    return begun == 0;
  }

  boolean isGone() {
    return gone.getAsBoolean();
  }

  boolean hasMore() {
    return begun < order.length;
  }

  int begin() {
    int piece = order[begun++];
    inHand++;
    waitingTokens -= work.estimate(piece);
    return piece;
  }

  /** A piece has ended; whether none is left to be done. */
  boolean end(@Nullable RuntimeException because) {
    inHand--;
    if (because != null && fault == null) {
      fault = because;
    }
    return isOver();
  }

  /** Whether none is left to be done. */
  boolean isOver() {
    return inHand == 0 && !hasMore();
  }

  /** Begins no further piece; gives the tokens that are not to be waited for any more. */
  long abandon(RuntimeException because) {
    if (fault == null) {
      fault = because;
    }
    long left = waitingTokens;
    begun = order.length;
    waitingTokens = 0;
    return left;
  }

  void complete() {
    if (fault == null) {
      promise.tryComplete();
    } else {
      promise.tryFail(fault);
    }
  }
}
