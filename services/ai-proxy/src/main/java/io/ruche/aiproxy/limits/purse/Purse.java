package io.ruche.aiproxy.limits.purse;

import org.jspecify.annotations.Nullable;

/**
 * What this process holds of one limit. Every method is called under the lock of the tenant; times
 * are nanoseconds of the monotonic clock.
 *
 * <p>Grants are drawn ahead for what was used lately, so that the next requests need not wait, and
 * given back once they are not used. While Redis is away, what is missing is borrowed from this
 * process's part of the limit.
 */
public abstract sealed class Purse permits Bucket, Slots, Money {

  /** How long Redis's word that too little is left is taken without asking again. */
  private static final long REFUSES_NS = 100_000_000L;

  /** After a short answer nobody asks for this long, whatever has been refilled since. */
  private static final long SHORT_NS = 5_000_000L;

  /** Debts are told at most this often. */
  private static final long TURN_NS = 200_000_000L;

  /** What lay unused for this many ticks is given back. */
  private static final int IDLE_TICKS = 4;

  /** What a process holds for long is said again this often. */
  private static final long REPEAT_NS = 1_000_000_000L;

  /** Below this many requests in 100 ms nothing is drawn ahead. */
  private static final double BUSY = 2;

  private final String key;
  private long limit;

  /** Granted and not in use. */
  long spare;

  /** What nobody held when Redis was last heard. */
  double left;

  boolean heard;
  long heardAt;
  private boolean fellShort;
  private boolean sharing;

  /** Into how many parts the limit falls: one, or one for each process while Redis is away. */
  int parts = 1;

  private long takenLately;
  private double demand;
  private boolean busy;

  /** The least that was spare since some ticks, and what that was in the ticks before. */
  private long low;

  private long idle;
  private int ticks;

  private long asked;
  private long unit;
  private long askedInCall;
  private long toldAt;

  Purse(String key, long limit) {
    this.key = key;
    this.limit = limit;
  }

  /** The limit; 0 when there is none any more. */
  public final long limit() {
    return limit;
  }

  final String key() {
    return key;
  }

  /**
   * Changes the limit, 0 for none. What is spare goes back, because it was drawn under the old one.
   */
  public final void relimit(long changed) {
    if (changed != limit) {
      limit = changed;
      discard(spare);
      heard = false;
      fellShort = false;
      endShare();
      toldAt -= TURN_NS;
      relimited();
    }
  }

  /** Whether that much is spare. */
  public final boolean covers(long amount) {
    return spare >= amount;
  }

  /** Takes what is spare. */
  public final void take(long amount) {
    spare -= amount;
    low = Math.min(low, spare);
    takenLately += amount;
    took(amount);
  }

  /** Makes spare again what was taken and is not used after all. */
  final void restore(long amount) {
    spare += amount;
    takenLately -= amount;
  }

  /**
   * The end of what was taken.
   *
   * @param reserved as it was taken
   * @param used in truth, which may be more
   * @param term {@link #term()} when it was taken
   */
  public abstract void settle(long reserved, long used, int term);

  /** Rises with each term that begins here. */
  public int term() {
    return 0;
  }

  /** Whether Redis said lately that there is less, so that it need not be asked. */
  public final boolean hopeless(long amount, long now) {
    long age = now - heardAt;
    return heard
        && age < REFUSES_NS
        && ((fellShort && age < SHORT_NS) || amount > spare + leftAt(now));
  }

  /** Notes that a request waits for that much. */
  public final void ask(long amount) {
    asked += amount;
    unit = unit == 0 ? amount : Math.min(unit, amount);
  }

  /** How much there would be for a request now, as far as is known. */
  public final long remaining(long now) {
    if (limit == 0) {
      return 0;
    }
    double known = heard || sharing ? leftAt(now) : limit - inUse();
    return (long) Math.clamp(Math.floor(known + 0.000_001) + spare, 0.0, (double) limit);
  }

  /** Nanoseconds until there may be enough for a request that was refused. */
  public abstract long waitFor(long amount, long now);

  /** Nanoseconds until nothing is used, if nobody asks any more. */
  public abstract long reset(long now);

  /** Whether what is left in the limit, were it nobody's yet, would not do for this amount. */
  public boolean spent(long amount) {
    return false;
  }

  /** Fifty milliseconds have passed, in which {@code rate} requests in 100 ms came. */
  public final void tick(double rate) {
    busy = rate >= BUSY;
    demand = busy ? Math.max(0, (demand + 2 * takenLately) / 2) : 0;
    takenLately = 0;
    ticks++;
    if (ticks % IDLE_TICKS == 0) {
      idle = low;
      low = spare;
    }
  }

  /** Nothing will be used any more. */
  public void close() {
    demand = 0;
    busy = false;
    idle = spare;
    toldAt -= REPEAT_NS;
  }

  /** How much is held for what comes next: what was used in the last 200 ms. */
  private long ahead() {
    return busy && limit > 0 ? Math.max((long) (2 * demand), swing()) : 0;
  }

  /** By how much what is in use goes up and down in a steady stream. */
  long swing() {
    return 0;
  }

  /** What is to be said to Redis now; null for nothing. Nothing else is said until the answer. */
  final @Nullable Draw draw(long now) {
    long least = Math.max(0, asked - spare);
    boolean scarce = least > 0 || spare - asked < ahead() / 2;
    long want = least + (scarce ? ahead() : 0);
    long surplus = want > 0 ? 0 : surplus();
    long age = now - toldAt;
    boolean news = want > 0 || surplus > 0 || (age >= TURN_NS && owes());
    boolean again = age >= REPEAT_NS && tells();
    long smallest = least == 0 ? Math.min(1, want) : Math.clamp(unit - spare, 1, least);
    asked = 0;
    unit = 0;
    if (!ready(now) || (!news && !again)) {
      return null;
    }
    discard(surplus);
    idle = 0;
    low = spare;
    askedInCall = least;
    toldAt = now;
    return draw(now, smallest, least, want);
  }

  private long surplus() {
    return limit == 0 ? spare : Math.max(0, Math.min(idle, spare - asked) - ahead());
  }

  /** Redis has answered what {@link #draw} said. */
  void answer(Drawn drawn, long now) {
    left = drawn.left();
    heard = limit > 0;
    heardAt = now;
    spare += drawn.granted();
    endShare();
    fellShort = drawn.granted() < askedInCall;
  }

  /** There was no answer to what {@link #draw} said. */
  abstract void fail();

  /** Redis is away: adds what {@code amount} needs from this process's part, if it has as much. */
  public final boolean borrow(long amount, int processes, long now) {
    if (!sharing) {
      sharing = beginShare(processes, now);
      parts = sharing ? processes : 1;
    }
    long missing = amount - spare;
    if (missing > 0 && sharing && lend(missing, processes, now)) {
      spare += missing;
    }
    return spare >= amount;
  }

  /** Whether this process knows its part of the limit while Redis is away. */
  public boolean knowsItsPart() {
    return true;
  }

  /** Whether what is missing here is only a matter of a word that is on its way. */
  public boolean undecided() {
    return false;
  }

  /** Whether Redis cannot tell of this limit, though it answers. */
  public boolean untold() {
    return false;
  }

  /** Whether there is nothing here that Redis would have to hear of. */
  public final boolean quiet() {
    return spare == 0 && asked == 0 && demand < 1 && !owes() && !tells();
  }

  final boolean sharing() {
    return sharing;
  }

  private void endShare() {
    sharing = false;
    parts = 1;
  }

  abstract Draw draw(long now, long smallest, long least, long want);

  /** Begins this process's part; false when it is not known how large it is. */
  abstract boolean beginShare(int processes, long now);

  abstract boolean lend(long missing, int processes, long now);

  /** What nobody holds at {@code now}, as far as is known. */
  abstract double leftAt(long now);

  /** Taken and not settled, where that counts against the limit. */
  abstract long inUse();

  abstract void took(long amount);

  /** Gives up what is spare, at the next draw. */
  abstract void discard(long amount);

  abstract void relimited();

  /** Whether something has to be told at the next turn. */
  abstract boolean owes();

  /** Whether there is something that is told again and again. */
  abstract boolean tells();

  /** Whether something can be said to Redis at all. */
  boolean ready(long now) {
    return true;
  }
}
