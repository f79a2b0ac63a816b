package io.ruche.aiproxy.ledger.journal;

import java.util.concurrent.atomic.LongAdder;

/** What has happened in a journal since the process started. Any thread may call. */
public final class JournalCounts {

  private final LongAdder begun = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder found = new LongAdder();
  private final LongAdder interrupted = new LongAdder();
  private final LongAdder torn = new LongAdder();
  private final LongAdder settled = new LongAdder();

  /** Requests that were begun here. */
  public long begunTotal() {
    return begun.sum();
  }

  /** Requests that were refused, because there was no room. */
  public long refusedTotal() {
    return refused.sum();
  }

  /** Requests that ended as interrupted, because their process had. */
  public long interruptedTotal() {
    return interrupted.sum();
  }

  /** Records whose checksum was wrong after the machine lost its power. */
  public long tornTotal() {
    return torn.sum();
  }

  /** Requests whose row is kept elsewhere. */
  public long settledTotal() {
    return settled.sum();
  }

  /** Requests in the journal, under way and ended. */
  public long unsettled() {
    return Math.max(0, begun.sum() + found.sum() - settled.sum());
  }

  void begun() {
    begun.increment();
  }

  void refused() {
    refused.increment();
  }

  void found() {
    found.increment();
  }

  void interrupted() {
    interrupted.increment();
  }

  void torn() {
    torn.increment();
  }

  void settled() {
    settled.increment();
  }
}
