package io.ruche.aiproxy.routing.circuit;

/** Counts of successes and failures over the last stretch of time, in ten slots. */
final class Outcomes {

  private static final int SLOTS = 10;

  private final int[] successes = new int[SLOTS];
  private final int[] failures = new int[SLOTS];
  private long slot = Long.MIN_VALUE;

  void add(boolean success, long nanos, long windowNanos) {
    int index = advance(nanos, windowNanos);
    (success ? successes : failures)[index]++;
  }

  int failures() {
    return sum(failures);
  }

  int all() {
    return sum(failures) + sum(successes);
  }

  void clear() {
    for (int i = 0; i < SLOTS; i++) {
      successes[i] = 0;
      failures[i] = 0;
    }
  }

  /** Empties the slots that have gone by since the last count, and gives that of now. */
  private int advance(long nanos, long windowNanos) {
    long now = Math.floorDiv(nanos, Math.max(1, windowNanos / SLOTS));
    if (slot == Long.MIN_VALUE || now - slot >= SLOTS || now < slot) {
      clear();
    } else {
      for (long passed = slot + 1; passed <= now; passed++) {
        int index = (int) Math.floorMod(passed, (long) SLOTS);
        successes[index] = 0;
        failures[index] = 0;
      }
    }
    slot = now;
    return (int) Math.floorMod(now, (long) SLOTS);
  }

  private static int sum(int[] counts) {
    int sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }
}
