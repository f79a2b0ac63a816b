package io.ruche.aiproxy.ledger.journal;

import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.journal.file.Ends;
import io.ruche.aiproxy.ledger.journal.file.JournalRecord;
import io.ruche.aiproxy.ledger.journal.file.RecordCodec;
import io.ruche.aiproxy.ledger.journal.file.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one process, and those that dead processes left in the same folder.
 *
 * <p>Three parties call: any thread begins and ends requests and never waits; one thread tends the
 * files ({@link #tend}); one thread reads what has ended and settles it.
 */
public final class Journal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private final Slots slots;
  private final Slot own;
  private final Spares spares;
  private final Ends ends;

  /** The segments of this process by their generations. */
  private final Map<Long, Segment> segments = new ConcurrentHashMap<>();

  private final JournalCounts counts = new JournalCounts();
  private final List<SegmentReader> readers = new CopyOnWriteArrayList<>();
  private final Object rotation = new Object();
  private volatile @Nullable Tail current;

  private Journal(Slots slots, Slot own, Spares spares) throws IOException {
    this.slots = slots;
    this.own = own;
    this.spares = spares;
    adopt(own);
    // Only now: the ring of an earlier owner was read by that.
    this.ends = Ends.create(own.folder());
    tend();
  }

  /**
   * Takes a slot of the folder, with what an earlier owner left there; blocks.
   *
   * @param segmentBytes the size of one file
   * @param limit how many bytes the files of this process may have together
   */
  public static Journal open(Path folder, int segmentBytes, long limit) throws IOException {
    Slots slots = new Slots(folder);
    Slot own = slots.claim();
    try {
      return new Journal(slots, own, new Spares(own.folder(), segmentBytes, limit));
    } catch (IOException | RuntimeException failure) {
      own.close();
      throw failure;
    }
  }

  /**
   * Writes the start of a request. It is safe from the end of this process when the method returns,
   * and from a loss of power after the next {@link #tend}.
   *
   * @throws JournalFullException says why there is no room
   */
  public Entry begin(Start start) {
    RecordCodec.Part part = RecordCodec.encode(start);
    int cells = JournalRecord.cells(part);
    while (true) {
      Tail tail = current;
      int cell = tail == null ? -1 : tail.reserve(cells);
      if (tail != null && cell >= 0) {
        JournalRecord record = new JournalRecord(tail.segment(), tail.segment().generation(), cell);
        record.begin(part, cells);
        counts.begun();
        return new JournalEntry(ends, record);
      }
      rotate(tail);
    }
  }

  private void rotate(@Nullable Tail full) {
    synchronized (rotation) {
      if (current != full) {
        return;
      }
      Segment spare = spares.poll();
      if (spare == null) {
        counts.refused();
        throw new JournalFullException(spares.absence());
      }
      Tail fresh = new Tail(spare);
      readers.add(new SegmentReader(fresh, counts));
      segments.put(spare.generation(), spare);
      current = fresh;
      if (full != null) {
        full.close();
      }
    }
  }

  /** Brings to the disk what was written since the last call, and keeps spare files ready. */
  public void tend() {
    ends.drain(this::moveEnd);
    readers.forEach(SegmentReader::tend);
    ends.touchAhead();
    spares.refill();
    spares.touch();
  }

  private void moveEnd(long generation, int cell, RecordCodec.Part end, int crc) {
    Segment segment = segments.get(generation);
    if (segment != null) {
      new JournalRecord(segment, generation, cell).end(end);
    }
  }

  /** What keeps the journal from growing; empty when nothing does. */
  public String problem() {
    return spares.problem();
  }

  /** Bytes of the files of this process. */
  public long bytes() {
    return spares.bytes();
  }

  public JournalCounts counts() {
    return counts;
  }

  /** The folder that the processes share. */
  public Path folder() {
    return slots.root();
  }

  /** Requests that have ended and were not given out before, at most {@code most}. */
  public List<Unsettled> collect(int most) {
    ends.drain(this::moveEnd);
    List<Unsettled> ended = new ArrayList<>();
    for (SegmentReader reader : readers) {
      if (ended.size() < most) {
        reader.collect(ended, most);
      }
    }
    return ended;
  }

  /** Every request that has ended and is not settled, given out or not. */
  public void forEachEnded(Consumer<Unsettled> reader) {
    ends.drain(this::moveEnd);
    readers.forEach(segment -> segment.forEachEnded(reader));
  }

  /** Takes over what processes left that are dead by now. */
  public void adoptAbandoned() throws IOException {
    for (Slot slot : slots.abandoned()) {
      LOG.warn("a process has ended without settling its journal folder={}", slot.folder());
      adopt(slot);
      closeWhenDone(slot);
    }
  }

  private void adopt(Slot slot) throws IOException {
    slot.deleteUnfinished();
    Map<Long, Segment> left = new HashMap<>();
    List<SegmentReader> found = new ArrayList<>();
    for (Path file : slot.segments()) {
      try {
        Segment segment = Segment.open(file);
        left.put(segment.generation(), segment);
        found.add(new SegmentReader(segment, slot, counts));
        if (slot == own) {
          spares.found(segment);
        }
      } catch (IOException noSegment) {
        LOG.error("{}: left where it is", noSegment.getMessage());
      }
    }
    Ends.recover(
        slot.folder(),
        (generation, cell, end, crc) -> {
          Segment segment = left.get(generation);
          if (segment != null) {
            new JournalRecord(segment, generation, cell).restore(end);
          }
        });
    // Only now: what had ended is not to be read as interrupted.
    readers.addAll(found);
  }

  /** Frees the files in which everything is settled; by the thread that settles. */
  public void releaseDone() throws IOException {
    for (SegmentReader reader : List.copyOf(readers)) {
      if (reader.isDone()) {
        readers.remove(reader);
        release(reader.segment(), reader.adoptedFrom());
      }
    }
  }

  private void release(Segment segment, @Nullable Slot from) throws IOException {
    if (from == null) {
      segments.remove(segment.generation());
      spares.reuse(segment);
    } else if (from == own) {
      spares.forget(segment);
    } else {
      segment.discard();
      closeWhenDone(from);
    }
  }

  private void closeWhenDone(Slot slot) throws IOException {
    if (readers.stream().noneMatch(reader -> reader.adoptedFrom() == slot)) {
      Ends.delete(slot.folder());
      slot.close();
    }
  }

  /** Takes no more requests: what is under way may end, and nothing begins. */
  public void refuse() {
    spares.close();
    synchronized (rotation) {
      Tail tail = current;
      if (tail != null) {
        tail.close();
      }
    }
  }

  /**
   * Gives the slots back, after a last force. Whatever is not settled is for the next owner; a
   * request that ends after this ends as interrupted. After the other parties have stopped.
   */
  @Override
  public void close() throws IOException {
    refuse();
    ends.drain(this::moveEnd);
    spares.clear();
    releaseDone();
    for (SegmentReader reader : List.copyOf(readers)) {
      reader.segment().force(reader.segment().cells());
      Slot from = reader.adoptedFrom();
      reader.segment().leave();
      if (from != null && from != own) {
        readers.remove(reader);
        closeWhenDone(from);
      }
    }
    Ends.delete(own.folder());
    own.close();
  }
}
