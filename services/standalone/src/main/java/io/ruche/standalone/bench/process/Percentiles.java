package io.ruche.standalone.bench.process;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;

/** Percentiles of times, by the nearest rank. */
public final class Percentiles {

  private Percentiles() {}

  /**
   * {@code {p50, p99, p999, max}} in milliseconds; all 0 for no times.
   *
   * @param nanos in any order, of which the first {@code count} are taken
   */
  public static JsonObject of(long[] nanos, int count) {
    long[] sorted = Arrays.copyOf(nanos, Math.min(count, nanos.length));
    Arrays.sort(sorted);
    return new JsonObject()
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
