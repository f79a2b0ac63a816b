package io.ruche.aiproxy.routing.quota;

/**
 * A limit that the provider counts and tells in its headers, as a bucket that fills evenly. What it
 * told last is the truth, less what has been sent since; requests on their way are taken as not yet
 * counted, which errs to the safe side. Not thread-safe.
 */
final class ProviderBucket {

  private final long periodNanos;
  private double limit = -1;
  private double available;
  private double onTheWay;
  private double nanosPerUnit;
  private long filledAt;
  private long toldBySentAt = Long.MIN_VALUE;

  /**
   * An unknown limit.
   *
   * @param periodNanos in which an empty bucket fills
   */
  ProviderBucket(long periodNanos) {
    this.periodNanos = periodNanos;
  }

  /** Takes a limit from the configuration until the provider tells its own. */
  void assume(long units, long nanos) {
    limit = units;
    available = units;
    nanosPerUnit = (double) periodNanos / units;
    filledAt = nanos;
  }

  boolean known() {
    return limit >= 0;
  }

  /**
   * How long until so much may be sent; 0 when it may now. What is more than the whole limit waits
   * for a full bucket and is left to the provider to judge.
   *
   * @param reserve the share of the limit that must be left after it
   * @param kept what must be left beside that
   */
  long waitNanos(long units, double reserve, long kept, long nanos) {
    if (!known()) {
      return 0;
    }
    fill(nanos);
    double lacking = Math.min(units + kept + reserve * limit, limit) - available;
    return lacking <= 0 ? 0 : (long) Math.ceil(lacking * nanosPerUnit);
  }

  long limit() {
    return (long) limit;
  }

  /** What may be sent now; nothing less than 0. */
  long left(long nanos) {
    return known() ? (long) Math.max(0, availableAt(nanos)) : 0;
  }

  /** How long it takes to fill by so much, of which others use a part; 0 when that is unknown. */
  double paceNanos(long units, long others) {
    return known() ? nanosPerUnit * units * limit / Math.max(limit - others, limit / 20) : 0;
  }

  void sent(long units, long nanos) {
    onTheWay += units;
    if (known()) {
      fill(nanos);
      available -= units;
    }
  }

  /** A request ended that the provider has not counted. */
  void notCounted(long units) {
    arrived(units);
    if (known()) {
      available = Math.min(limit, available + units);
    }
  }

  /** A request ended of which the provider told nothing. */
  void arrived(long units) {
    onTheWay = Math.max(0, onTheWay - units);
  }

  /** What it took beyond what was thought; the next headers put it right anyway. */
  void corrected(long more) {
    if (known()) {
      available = Math.min(limit, available - more);
    }
  }

  /**
   * What the headers of an answer tell.
   *
   * @param resetNanos until it would be full again; -1 when not told
   * @param sentAt when the request of that answer was sent: what an older one tells can only lower
   */
  void told(long newLimit, long remaining, long resetNanos, long sentAt, long nanos) {
    double before = known() ? availableAt(nanos) : Double.MAX_VALUE;
    limit = newLimit;
    double used = newLimit - (double) remaining;
    nanosPerUnit =
        resetNanos > 0 && used > 0
            ? Math.min(resetNanos / used, (double) periodNanos)
            : (double) periodNanos / Math.max(1, newLimit);
    double now = remaining - onTheWay;
    available = sentAt >= toldBySentAt ? now : Math.min(before, now);
    toldBySentAt = Math.max(toldBySentAt, sentAt);
    filledAt = nanos;
  }

  private double availableAt(long nanos) {
    return Math.min(limit, available + (nanos - filledAt) / nanosPerUnit);
  }

  private void fill(long nanos) {
    available = availableAt(nanos);
    filledAt = nanos;
  }
}
