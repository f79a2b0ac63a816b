package io.ruche.standalone.bench.process;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long each message of a fixed rate took, counted from when it was due. */
public final class Latencies {

  private final AtomicLongArray nanos;
  private final AtomicInteger count = new AtomicInteger();
  private final long gap;
  private volatile long began;

  /**
   * @param most messages at most
   * @param gap nanoseconds between two
   */
  public Latencies(int most, long gap) {
    this.nanos = new AtomicLongArray(most);
    this.gap = gap;
  }

  public void begin(long now) {
    began = now;
  }

  public long untilDue(int index) {
    return began + index * gap - System.nanoTime();
  }

  /** The answer to message {@code index} has come; only the first counts. */
  public void came(int index, long now) {
    if (nanos.compareAndSet(index, 0, Math.max(1, now - (began + index * gap)))) {
      count.incrementAndGet();
    }
  }

  /** Waits until all have come, at most so long. */
  public void awaitAll(int sent, long atMost) throws InterruptedException {
    long bound = System.nanoTime() + atMost;
    while (count.get() < sent && System.nanoTime() < bound) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** {@code {sent, missing, p50, p99, p999, max}}, times in ms; what is missing took for ever. */
  public JsonObject toJson(int sent) {
    long[] all = new long[sent];
    for (int i = 0; i < sent; i++) {
      all[i] = nanos.get(i) == 0 ? Long.MAX_VALUE : nanos.get(i);
    }
    return new JsonObject()
        .put("sent", sent)
        .put("missing", sent - count.get())
        .mergeIn(Percentiles.of(all, sent));
  }
}
