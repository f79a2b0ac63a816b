package io.ruche.aiproxy.ledger.journal;

import io.ruche.aiproxy.ledger.journal.file.JournalRecord;
import io.ruche.aiproxy.ledger.journal.file.RecordCodec;
import io.ruche.aiproxy.ledger.journal.file.Segment;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the requests of one segment that have ended. Confined to one thread, but for the tending.
 *
 * <p>A segment of this process is read up to its tail, and requests under way are looked at again.
 * One that a dead process left is read by checksums, and what has no end there is given one.
 */
final class SegmentReader {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentReader.class);

  /** No request takes this long: whoever began it has forgotten it, and it holds the segment. */
  private static final Duration LONGEST = Duration.ofHours(25);

  private final Segment segment;
  private final @Nullable Tail tail;
  private final @Nullable Slot adoptedFrom;
  private final JournalCounts counts;
  private final long generation;

  private int cursor;
  private int[] open = new int[64];
  private int openCount;

  /** Given out and not settled yet, or not readable and therefore kept. */
  private int outstanding;

  /** A reader of a segment that this process adds to. */
  SegmentReader(Tail tail, JournalCounts counts) {
    this.segment = tail.segment();
    this.tail = tail;
    this.adoptedFrom = null;
    this.counts = counts;
    this.generation = segment.generation();
  }

  /** A reader of a segment whose process is dead. */
  SegmentReader(Segment segment, Slot from, JournalCounts counts) {
    this.segment = segment;
    this.tail = null;
    this.adoptedFrom = from;
    this.counts = counts;
    this.generation = segment.generation();
  }

  Segment segment() {
    return segment;
  }

  /** Forces what was written, and keeps the pages of the next requests writable. */
  void tend() {
    if (tail == null || tail.isClosed()) {
      segment.force(segment.cells());
    } else {
      int end = segment.isDirty() ? tail.turnPage() : tail.taken();
      segment.touchAhead(end);
      segment.force(end & -Segment.CELLS_OF_A_PAGE);
    }
  }

  @Nullable Slot adoptedFrom() {
    return adoptedFrom;
  }

  /** Whether the segment will never have anything more to read. */
  boolean isDone() {
    boolean complete =
        tail == null ? cursor >= segment.cells() : tail.isClosed() && cursor >= tail.taken();
    return complete && openCount == 0 && outstanding == 0;
  }

  /** Adds requests that have ended since the last call, until there are {@code most}. */
  void collect(List<Unsettled> into, int most) {
    if (tail == null) {
      collectLeft(into, most);
      return;
    }
    reviewOpen(into, most);
    int taken = tail.taken();
    while (cursor < taken && into.size() < most) {
      JournalRecord record = at(cursor);
      if (!record.isBegun()) {
        // Its place is taken, and its start is being written this moment.
        return;
      }
      cursor += record.cells();
      if (record.isFill()) {
        continue;
      }
      if (record.isEnded()) {
        give(record, into);
      } else {
        remember(record.cell());
      }
    }
  }

  /** Every request that has ended and is not settled, given out or not. */
  void forEachEnded(Consumer<Unsettled> reader) {
    int end = tail == null ? segment.cells() : tail.taken();
    int cell = 0;
    while (cell < end) {
      JournalRecord record = at(cell);
      if (tail == null ? !record.isWhole() : !record.isBegun() || record.isFill()) {
        cell++;
        continue;
      }
      if (!segment.isSettled(cell)) {
        if (tail == null && !record.isEndWhole()) {
          record.interrupt();
          counts.interrupted();
        }
        if (record.isEnded()) {
          reader.accept(new Unsettled(record.start(), record.end(), this, cell));
        }
      }
      cell += record.cells();
    }
  }

  void settle(int cell) {
    segment.settle(cell);
    outstanding--;
    counts.settled();
  }

  private void collectLeft(List<Unsettled> into, int most) {
    while (cursor < segment.cells() && into.size() < most) {
      JournalRecord record = at(cursor);
      if (!record.isBegun()) {
        cursor++;
      } else if (record.isFill()) {
        cursor += record.cells();
      } else if (record.isWhole()) {
        cursor += record.cells();
        if (!segment.isSettled(record.cell())) {
          counts.found();
          if (!record.isEndWhole()) {
            record.interrupt();
            counts.interrupted();
          }
          give(record, into);
        }
      } else {
        counts.torn();
        cursor++;
      }
    }
  }

  private void reviewOpen(List<Unsettled> into, int most) {
    Instant forgotten = Instant.now().minus(LONGEST);
    int kept = 0;
    for (int i = 0; i < openCount; i++) {
      JournalRecord record = at(open[i]);
      if (into.size() < most && (record.isEnded() || isForgotten(record, forgotten))) {
        give(record, into);
      } else {
        open[kept++] = open[i];
      }
    }
    openCount = kept;
  }

  private boolean isForgotten(JournalRecord record, Instant before) {
    if (record.startedBefore(before)) {
      record.end(RecordCodec.encode(record.start().interrupted()));
      LOG.error("a request was begun and never ended id={}", record.start().id());
      counts.interrupted();
      return record.isEnded();
    }
    return false;
  }

  private void give(JournalRecord record, List<Unsettled> into) {
    outstanding++;
    try {
      into.add(new Unsettled(record.start(), record.end(), this, record.cell()));
    } catch (RuntimeException unreadable) {
      // Written by a newer version: the file stays, for that version to read.
      LOG.error("a record of {} cannot be read: {}", segment.file(), unreadable.toString());
    }
  }

  private void remember(int cell) {
    if (openCount == open.length) {
      open = Arrays.copyOf(open, openCount * 2);
    }
    open[openCount++] = cell;
  }

  private JournalRecord at(int cell) {
    return new JournalRecord(segment, generation, cell);
  }
}
