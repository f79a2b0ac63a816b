package io.ruche.aiproxy.limits.purse;

import java.time.Duration;

/** Of a bucket of N that is refilled evenly, within a minute or a day. */
public final class Bucket extends Purse {

  private final long windowNanos;

  /** Used beyond what was granted. */
  private long owed;

  private long returned;
  private long owedInCall;

  private double share;
  private double shareSize;
  private long sharedAt;

  /**
   * @param key its key in Redis
   * @param limit N
   * @param window how long an empty bucket takes to be full
   */
  public Bucket(String key, long limit, Duration window) {
    super(key, limit);
    this.windowNanos = window.toNanos();
  }

  @Override
  public void settle(long reserved, long used, int term) {
    long surplus = reserved - used;
    if (surplus >= 0) {
      long paid = Math.min(owed, surplus);
      owed -= paid;
      restore(surplus - paid);
    } else {
      long paid = Math.min(spare, -surplus);
      spare -= paid;
      owed += -surplus - paid;
    }
  }

  @Override
  public long waitFor(long amount, long now) {
    double missing = Math.max(0, amount - spare - leftAt(now) + (sharing() ? 0 : owed));
    return limit() == 0 ? 0 : (long) Math.ceil(missing * windowNanos * parts / limit());
  }

  @Override
  public long reset(long now) {
    return limit() == 0 ? 0 : (limit() - remaining(now)) * (windowNanos / limit());
  }

  @Override
  Draw draw(long now, long smallest, long least, long want) {
    owedInCall = owed;
    long change = owed - returned;
    owed = 0;
    returned = 0;
    // Without a limit nothing is said of the old one: it forgets by itself.
    return Draw.bucket(
        key(), Math.max(1, limit()), smallest, least, want, windowNanos / 1_000, change);
  }

  /** What was owed is told again, twice at worst; what was given back is lost. */
  @Override
  void fail() {
    owed += owedInCall;
  }

  @Override
  boolean beginShare(int processes, long now) {
    shareSize = Math.max(1, (double) limit() / processes);
    share = heard ? Math.clamp(leftAt(now) / processes, 0, shareSize) : shareSize;
    sharedAt = now;
    return true;
  }

  @Override
  boolean lend(long missing, int processes, long now) {
    refillShare(processes, now);
    if (share + 0.000_001 < missing) {
      return false;
    }
    share -= missing;
    owed += missing;
    return true;
  }

  private void refillShare(int processes, long now) {
    double rate = (double) limit() / processes / windowNanos;
    share = Math.min(shareSize, share + (now - sharedAt) * rate);
    sharedAt = now;
  }

  @Override
  double leftAt(long now) {
    if (sharing()) {
      return share;
    }
    double refilled = (double) (now - heardAt) * limit() / windowNanos;
    return Math.min((double) limit(), left + refilled);
  }

  @Override
  long inUse() {
    return 0;
  }

  @Override
  void took(long amount) {}

  @Override
  void discard(long amount) {
    spare -= amount;
    returned += amount;
  }

  @Override
  void relimited() {
    if (limit() == 0) {
      owed = 0;
      returned = 0;
    }
  }

  @Override
  boolean owes() {
    return owed > 0 || returned > 0;
  }

  @Override
  boolean tells() {
    return false;
  }
}
