package io.ruche.aiproxy.limits.purse;

import io.ruche.aiproxy.limits.purse.Draw.How;
import io.ruche.aiproxy.limits.purse.Draw.Position;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.function.BiFunction;

/** Of a budget in nano-dollars a calendar day or month. A request counts where it began. */
public final class Money extends Purse {

  private static final long TRY_AGAIN_NS = 1_000_000_000L;

  /** The ledger's answer is compared when all processes have told what they had spent by then. */
  private static final long COMPARE_NS = 2_000_000_000L;

  /** How long Redis's word on the term is taken against this process's own clock. */
  private static final long TOLD_TERM_NS = 5_000_000_000L;

  private static final long ASK_LEDGER_NS = 1_000_000_000L;

  private final BiFunction<Instant, ZoneId, Term> calendar;
  private final InstantSource clock;
  private final ZoneId zone;

  private Term term;
  private int terms;
  private boolean toldTerm;
  private long toldTermAt;

  private long reserved;
  private long spent;
  private long confirmed;
  private long toldHeld;
  private Position told;
  private int toldTerms;
  private long allSpent;

  private How how = How.LOOK;
  private long ledger;
  private long ledgerAt;
  private boolean absent;
  private boolean ledgerAsked;
  private boolean ledgerWanted;
  private long ledgerFailedAt;
  private boolean ledgerFailed;

  private long share;

  private News news = News.NONE;

  /**
   * The limits of which was told in this term, so that a Redis that was lost tells nothing twice.
   */
  private long warnedAt;

  private long exceededAt;

  /**
   * @param key its key in Redis
   * @param limit nano-dollars a term
   * @param calendar {@link Term#day} or {@link Term#month}
   */
  public Money(
      String key,
      long limit,
      BiFunction<Instant, ZoneId, Term> calendar,
      InstantSource clock,
      ZoneId zone) {
    super(key, limit);
    this.calendar = calendar;
    this.clock = clock;
    this.zone = zone;
    this.term = calendar.apply(clock.instant(), zone);
    this.told = position();
  }

  /** The term that is counted now. */
  public Term current() {
    return term;
  }

  /** Spent in the term by all processes, as far as Redis has told. */
  public long allSpent() {
    return allSpent;
  }

  @Override
  public int term() {
    return terms;
  }

  /** Begins the next term when it is time. */
  public void turn(long now) {
    if (toldTerm && now - toldTermAt < TOLD_TERM_NS) {
      return;
    }
    toldTerm = false;
    Instant moment = clock.instant();
    if (moment.isBefore(term.start()) || !moment.isBefore(term.end())) {
      begin(calendar.apply(moment, zone));
    }
  }

  private void begin(Term next) {
    term = next;
    terms++;
    spare = 0;
    reserved = 0;
    spent = 0;
    confirmed = 0;
    toldHeld = 0;
    allSpent = 0;
    left = limit();
    heard = false;
    if (how != How.LOOK) {
      how = How.GO_ON;
    }
    absent = false;
    share = -1;
    warnedAt = 0;
    exceededAt = 0;
  }

  @Override
  public void settle(long amount, long used, int taken) {
    if (taken == terms) {
      reserved -= amount;
      spent += used;
      // What is above the reservation and the spare is a debt, held against what is left.
      restore(limit() == 0 ? -spare : Math.max(-spare, amount - used));
    }
  }

  @Override
  public boolean spent(long amount) {
    return amount > limit() - Math.max(allSpent, spent);
  }

  @Override
  public long waitFor(long amount, long now) {
    return spent(amount) ? reset(now) : TRY_AGAIN_NS;
  }

  @Override
  public long reset(long now) {
    long ms = term.end().toEpochMilli() - clock.millis();
    return Math.max(1, ms) * 1_000_000L;
  }

  @Override
  long swing() {
    return reserved / 8;
  }

  @Override
  public void close() {
    super.close();
    how = How.GO_ON;
  }

  @Override
  boolean ready(long now) {
    return !absent || how == How.BEGIN;
  }

  @Override
  Draw draw(long now, long smallest, long least, long want) {
    How next = how == How.LIFT && now - ledgerAt < COMPARE_NS ? How.GO_ON : how;
    told = new Position(term, spare + reserved, spent, confirmed, next, ledger);
    toldHeld = told.held();
    toldTerms = terms;
    // A budget that was taken away is told what is held until all is given back.
    return Draw.money(key(), limit() == 0 ? Long.MAX_VALUE : limit(), smallest, least, want, told);
  }

  /** What was last said of it. */
  Position told() {
    return told;
  }

  private Position position() {
    return new Position(term, spare + reserved, spent, confirmed, how, ledger);
  }

  @Override
  void answer(Drawn drawn, long now) {
    if (toldTerms != terms) {
      return;
    }
    switch (drawn.state()) {
      case OK -> {
        super.answer(drawn, now);
        absent = false;
        confirmed = told.spent();
        toldHeld += drawn.granted();
        allSpent = drawn.spent();
        // A look that came too soon after another one is asked for again.
        if (how == told.how() && (how != How.LOOK || drawn.lookDue())) {
          how = How.GO_ON;
        }
        ledgerWanted |= drawn.lookDue();
        notice(drawn);
      }
      case ABSENT -> {
        absent = true;
        ledgerWanted = true;
      }
      case OTHER -> {
        toldTerm = true;
        toldTermAt = now;
        begin(term.named(drawn.term(), zone));
      }
    }
  }

  @Override
  void fail() {
    toldHeld = -1;
  }

  private void notice(Drawn drawn) {
    if (drawn.exceeded() && exceededAt < limit()) {
      exceededAt = limit();
      warnedAt = limit();
      news = News.EXCEEDED;
    } else if (drawn.warns() && warnedAt < limit()) {
      warnedAt = limit();
      news = News.WARNING;
    }
    // Without a flag somebody else has told it.
    if (drawn.spent() >= limit()) {
      exceededAt = limit();
    }
    if (drawn.spent() >= limit() / 5 * 4) {
      warnedAt = limit();
    }
  }

  /** What is to be told of this budget, once. */
  public enum News {
    NONE,
    /** Four fifths of it are spent. */
    WARNING,
    /** It is spent, or cannot pay for a request that came. */
    EXCEEDED
  }

  /** What has happened since it was last asked. */
  public News news() {
    News told = news;
    news = News.NONE;
    return told;
  }

  /** Whether the ledger has to be asked now; if so, it is taken to be asked. */
  public boolean askLedger(long now) {
    boolean ask =
        ledgerWanted && !ledgerAsked && (!ledgerFailed || now - ledgerFailedAt > ASK_LEDGER_NS);
    ledgerAsked |= ask;
    return ask;
  }

  /** The ledger has answered what was spent since the beginning of a term. */
  public void ledgerSays(int asked, long nanos, long now) {
    ledgerAsked = false;
    ledgerFailed = false;
    if (asked != terms) {
      return;
    }
    ledgerWanted = false;
    ledger = nanos;
    ledgerAt = now;
    if (absent || !heard) {
      how = How.BEGIN;
      allSpent = Math.max(allSpent, nanos);
      share = -1;
    } else {
      how = How.LIFT;
    }
  }

  /** The ledger has not answered. */
  public void ledgerFails(long now) {
    ledgerAsked = false;
    ledgerFailed = true;
    ledgerFailedAt = now;
  }

  /** The ledger's word on a budget that is not there, or Redis's on a term. */
  @Override
  public boolean undecided() {
    return absent ? !untold() : !heard;
  }

  @Override
  public boolean untold() {
    return absent && how != How.BEGIN && ledgerFailed;
  }

  @Override
  public boolean knowsItsPart() {
    return heard || how == How.BEGIN || terms > 0;
  }

  @Override
  boolean beginShare(int processes, long now) {
    if (!knowsItsPart()) {
      ledgerWanted = true;
      return false;
    }
    double rest = heard ? left : limit() - ledger(how) - spare - reserved;
    share = (long) Math.max(0, rest / processes);
    return true;
  }

  private long ledger(How present) {
    return present == How.BEGIN ? ledger : 0;
  }

  @Override
  boolean lend(long missing, int processes, long now) {
    if (share < 0) {
      beginShare(processes, now);
    }
    if (share < missing) {
      return false;
    }
    share -= missing;
    return true;
  }

  @Override
  double leftAt(long now) {
    return sharing() ? Math.max(0, share) : left;
  }

  @Override
  long inUse() {
    return reserved;
  }

  @Override
  void took(long amount) {
    reserved += amount;
  }

  @Override
  void discard(long amount) {
    spare -= amount;
  }

  @Override
  void relimited() {
    how = How.LOOK;
  }

  @Override
  boolean owes() {
    return toldHeld != spare + reserved + (spent - confirmed) || (absent && how == How.BEGIN);
  }

  @Override
  boolean tells() {
    return spare + reserved > 0 || toldHeld != 0 || spent != confirmed || how == How.LIFT;
  }
}
