package io.ruche.aiproxy.cache;

import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The requests of this process that want the same answer now: one asks for it, the others wait. The
 * lock is held for a step in a queue and never while anybody is told.
 */
final class Flight {

  /** How the wait of one that did not ask ends. */
  sealed interface Landing {

    /** The answer is there. */
    record Shared(Hit hit) implements Landing {}

    /** Who asked has failed or left: now this one asks, and others wait for it. */
    record YourTurn(Flight flight) implements Landing {}

    /** There is nothing to wait for any more: each asks for itself. */
    record Alone() implements Landing {}
  }

  private final Deque<Promise<Landing>> waiting = new ArrayDeque<>();
  private boolean over;

  /** Whether the request waits now; false when the flight has ended. */
  synchronized boolean add(Promise<Landing> follower) {
    return !over && waiting.add(follower);
  }

  /** Lets the next one ask; false when nobody waits, which ends the flight. */
  boolean handOn() {
    for (Promise<Landing> next = next(); next != null; next = next()) {
      // One that has waited long enough has gone on by itself.
      if (next.tryComplete(new Landing.YourTurn(this))) {
        return true;
      }
    }
    return false;
  }

  private synchronized @Nullable Promise<Landing> next() {
    Promise<Landing> next = waiting.poll();
    over |= next == null;
    return next;
  }

  /** Ends it: tells everybody who waits. */
  void end(Landing landing) {
    Deque<Promise<Landing>> told;
    synchronized (this) {
      over = true;
      told = new ArrayDeque<>(waiting);
      waiting.clear();
    }
    told.forEach(each -> each.tryComplete(landing));
  }
}
