package io.ruche.bus.redis.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Gathers what comes while the last batch is on its way to the disk and sends it as the next batch:
 * one batch at a time, so order is kept, and each fsync serves as many as have come.
 */
public final class GroupCommit<T> {

  private static final int MOST_BYTES = 4 << 20;

  private final Context context;
  private final int most;
  private final ToIntFunction<T> weight;
  private final Function<List<T>, Future<List<T>>> commit;
  private final ArrayDeque<T> waiting = new ArrayDeque<>();
  private boolean busy;
  private boolean scheduled;

  /**
   * @param most items of a batch
   * @param weight of an item in bytes; a batch is closed when it has {@link #MOST_BYTES}
   * @param commit sends a batch and completes with those that must be sent again, in order; it
   *     never fails, and takes its time before it gives items back
   */
  public GroupCommit(
      Context context,
      int most,
      ToIntFunction<T> weight,
      Function<List<T>, Future<List<T>>> commit) {
    this.context = context;
    this.most = most;
    this.weight = weight;
    this.commit = commit;
  }

  /** Adds an item; from any thread, in the order of one thread's calls. */
  public void add(T item) {
    boolean wake;
    synchronized (waiting) {
      waiting.add(item);
      wake = !busy && !scheduled;
      scheduled |= wake;
    }
    if (wake) {
      context.runOnContext(ignored -> next());
    }
  }

  /** Puts items before all that wait, in their order. */
  public void addFirst(List<T> items) {
    synchronized (waiting) {
      for (int i = items.size() - 1; i >= 0; i--) {
        waiting.addFirst(items.get(i));
      }
    }
    context.runOnContext(ignored -> next());
  }

  /** How many have been added and not yet been sent for good. */
  public int size() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  private void next() {
    List<T> batch = new ArrayList<>();
    synchronized (waiting) {
      scheduled = false;
      if (busy) {
        return;
      }
      busy = !waiting.isEmpty();
      int bytes = 0;
      while (batch.size() < most && bytes < MOST_BYTES && !waiting.isEmpty()) {
        T item = waiting.poll();
        bytes += weight.applyAsInt(item);
        batch.add(item);
      }
    }
    if (!batch.isEmpty()) {
      commit
          .apply(batch)
          .onComplete(
              sent -> {
                synchronized (waiting) {
                  busy = false;
                }
                addFirst(sent.succeeded() ? sent.result() : batch);
              });
    }
  }
}
