package io.ruche.aiproxy.limits.purse;

/** Of requests at the same time. */
public final class Slots extends Purse {

  private static final long TRY_AGAIN_NS = 1_000_000_000L;

  private long inUse;
  private long toldHeld;

  /**
   * @param key its key in Redis
   * @param limit how many at the same time
   */
  public Slots(String key, long limit) {
    super(key, limit);
  }

  @Override
  public void settle(long reserved, long used, int term) {
    inUse -= reserved;
    restore(limit() > 0 ? reserved : 0);
  }

  /** Nobody knows when one ends. */
  @Override
  public long waitFor(long amount, long now) {
    return TRY_AGAIN_NS;
  }

  @Override
  public long reset(long now) {
    return TRY_AGAIN_NS;
  }

  @Override
  long swing() {
    return inUse / 4;
  }

  @Override
  Draw draw(long now, long smallest, long least, long want) {
    toldHeld = spare + inUse;
    return Draw.slots(key(), limit(), smallest, least, want, toldHeld);
  }

  @Override
  void answer(Drawn drawn, long now) {
    super.answer(drawn, now);
    toldHeld += drawn.granted();
  }

  /** What is held is said whole each time, so the next call sets it right. */
  @Override
  void fail() {
    toldHeld = -1;
  }

  @Override
  boolean beginShare(int processes, long now) {
    return true;
  }

  @Override
  boolean lend(long missing, int processes, long now) {
    return spare + inUse + missing <= part(processes);
  }

  private long part(int processes) {
    return Math.max(1, limit() / processes);
  }

  @Override
  double leftAt(long now) {
    return sharing() ? 0 : left;
  }

  @Override
  long inUse() {
    return inUse;
  }

  @Override
  void took(long amount) {
    inUse += amount;
  }

  @Override
  void discard(long amount) {
    spare -= amount;
  }

  @Override
  void relimited() {}

  @Override
  boolean owes() {
    return toldHeld != spare + inUse;
  }

  @Override
  boolean tells() {
    return spare + inUse > 0 || toldHeld > 0;
  }
}
