package io.ruche.standalone.bench.bus;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long each message of a fixed rate took, counted from when it was due. */
final class Latencies {

  private final AtomicLongArray nanos;
  private final AtomicInteger count = new AtomicInteger();
  private final long gap;
  private volatile long began;

  /**
   * @param most messages at most
   * @param gap nanoseconds between two
   */
  Latencies(int most, long gap) {
    this.nanos = new AtomicLongArray(most);
    this.gap = gap;
  }

  void begin(long now) {
    began = now;
  }

  long untilDue(int index) {
    return began + index * gap - System.nanoTime();
  }

  /** The answer to message {@code index} has come; only the first counts. */
  void came(int index, long now) {
    if (nanos.compareAndSet(index, 0, Math.max(1, now - (began + index * gap)))) {
      count.incrementAndGet();
    }
  }

  /** Waits until all have come, at most so long. */
  void awaitAll(int sent, long atMost) throws InterruptedException {
    long bound = System.nanoTime() + atMost;
    while (count.get() < sent && System.nanoTime() < bound) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** {@code {sent, missing, p50, p99, p999, max}}, times in ms; what is missing took for ever. */
  JsonObject toJson(int sent) {
    long[] sorted = new long[sent];
    for (int i = 0; i < sent; i++) {
      sorted[i] = nanos.get(i) == 0 ? Long.MAX_VALUE : nanos.get(i);
    }
    Arrays.sort(sorted);
    return new JsonObject()
        .put("sent", sent)
        .put("missing", sent - count.get())
        .put("p50", millis(sorted, 0.5))
        .put("p99", millis(sorted, 0.99))
        .put("p999", millis(sorted, 0.999))
        .put("max", millis(sorted, 1));
  }

  private static double millis(long[] sorted, double share) {
    int at = (int) Math.ceil(sorted.length * share) - 1;
    return sorted.length == 0 ? 0 : sorted[Math.clamp(at, 0, sorted.length - 1)] / 1e6;
  }
}
