package io.ruche.aiproxy.routing.quota;

/**
 * A limit that the provider does not tell, counted here: never more than so much in any stretch of
 * the length of its period, whichever way the provider counts. Not thread-safe.
 */
final class SlidingCount {

  private static final int SLOTS = 60;

  private final long limit;
  private final long slotNanos;

  /** One more than the period has, since the oldest one has partly gone by. */
  private final long[] counts = new long[SLOTS + 1];

  private long slot;
  private long sum;

  SlidingCount(long limit, long periodNanos, long nanos) {
    this.limit = limit;
    this.slotNanos = periodNanos / SLOTS;
    this.slot = Math.floorDiv(nanos, slotNanos);
  }

  /**
   * How long until so much may be sent; 0 when it may now.
   *
   * @param reserve the share of the limit that must be left after it
   */
  long waitNanos(long units, double reserve, long nanos) {
    advance(nanos);
    long kept = (long) Math.ceil(limit * reserve);
    long surplus = sum + Math.min(units + kept, limit) - limit;
    if (surplus <= 0) {
      return 0;
    }
    for (int age = SLOTS; age >= 0; age--) {
      surplus -= counts[index(slot - age)];
      if (surplus <= 0) {
        return (slot - age + counts.length) * slotNanos - nanos;
      }
    }
    return slotNanos * counts.length;
  }

  long limit() {
    return limit;
  }

  /** What may be sent now; nothing less than 0. */
  long left(long nanos) {
    advance(nanos);
    return Math.max(0, limit - sum);
  }

  /** What was sent in the period up to now. */
  long sum(long nanos) {
    advance(nanos);
    return sum;
  }

  /** How long the period takes for so much of the limit. */
  double paceNanos(long units) {
    return (double) slotNanos * SLOTS * units / limit;
  }

  /** Counts what was sent, or corrects it with a negative number. */
  void add(long units, long nanos) {
    advance(nanos);
    long now = Math.max(0, counts[index(slot)] + units);
    sum += now - counts[index(slot)];
    counts[index(slot)] = now;
  }

  private void advance(long nanos) {
    long now = Math.floorDiv(nanos, slotNanos);
    for (long passed = Math.max(slot + 1, now - SLOTS); passed <= now; passed++) {
      sum -= counts[index(passed)];
      counts[index(passed)] = 0;
    }
    slot = Math.max(slot, now);
  }

  private int index(long ofSlot) {
    return (int) Math.floorMod(ofSlot, (long) counts.length);
  }
}
