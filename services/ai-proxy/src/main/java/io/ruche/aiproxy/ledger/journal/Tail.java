package io.ruche.aiproxy.ledger.journal;

import io.ruche.aiproxy.ledger.journal.file.JournalRecord;
import io.ruche.aiproxy.ledger.journal.file.Segment;
import java.util.concurrent.atomic.AtomicInteger;

/** The end of a segment that requests are added to. Any thread may call; no call blocks. */
final class Tail {

  private static final int OPEN = -1;

  private final Segment segment;
  private final AtomicInteger next = new AtomicInteger();
  private volatile int end = OPEN;

  Tail(Segment segment) {
    this.segment = segment;
  }

  Segment segment() {
    return segment;
  }

  /** Takes cells that follow each other; the first one, or -1 when there are not so many left. */
  int reserve(int cells) {
    int first = next.get();
    while (first + cells <= segment.cells()) {
      int seen = next.compareAndExchange(first, first + cells);
      if (seen == first) {
        return first;
      }
      first = seen;
    }
    return -1;
  }

  /**
   * Begins a new page: the one before is to be forced to the disk, and a write to it would wait for
   * that. Answers the first cell of the page; one thread at a time.
   */
  int turnPage() {
    while (true) {
      int first = next.get();
      int rest = -first & (Segment.CELLS_OF_A_PAGE - 1);
      if (first > segment.cells()) {
        return segment.cells();
      }
      if (rest == 0) {
        return first;
      }
      if (next.compareAndSet(first, first + rest)) {
        new JournalRecord(segment, segment.generation(), first).fill(rest);
        return first + rest;
      }
    }
  }

  /** Takes what is left, so that nothing more is added; one thread at a time. */
  void close() {
    if (end == OPEN) {
      end = next.getAndSet(segment.cells() + 1);
    }
  }

  /** Whether all records that will ever be here have a place. */
  boolean isClosed() {
    return end != OPEN;
  }

  /** The cells that records have taken so far. */
  int taken() {
    int taken = next.get();
    // Between the two steps of a close the number is not known; what is read is read later.
    return taken <= segment.cells() ? taken : Math.max(end, 0);
  }
}
