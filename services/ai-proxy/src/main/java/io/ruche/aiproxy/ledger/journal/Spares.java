package io.ruche.aiproxy.ledger.journal;

import io.ruche.aiproxy.ledger.journal.file.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empty segments that wait to be written to, and the count of all bytes of the slot. Files are made
 * and used again away from requests, which only ever take one that is ready.
 */
final class Spares {

  private static final Logger LOG = LoggerFactory.getLogger(Spares.class);

  /** So many are made ahead. */
  private static final int WANTED = 2;

  /** So many are kept: making a file costs as many bytes to the disk as filling it. */
  private static final int MOST = 8;

  private final Path folder;
  private final int segmentBytes;
  private final long limit;
  private final BlockingQueue<Segment> ready = new ArrayBlockingQueue<>(MOST);
  private final AtomicLong bytes = new AtomicLong();
  private volatile String problem = "";
  private volatile boolean closed;
  private long nextFile;

  Spares(Path folder, int segmentBytes, long limit) {
    this.folder = folder;
    this.segmentBytes = segmentBytes;
    this.limit = limit;
  }

  /** Counts a segment that an earlier owner of the slot left. */
  void found(Segment segment) {
    bytes.addAndGet(segment.size());
    String name = segment.file().getFileName().toString();
    String digits = name.substring(0, name.length() - Segment.SUFFIX.length());
    if (digits.matches("[0-9]{1,18}")) {
      nextFile = Math.max(nextFile, Long.parseLong(digits) + 1);
    }
  }

  /** Keeps the first pages of those that are ready writable. */
  void touch() {
    ready.forEach(segment -> segment.touchAhead(0));
  }

  @Nullable Segment poll() {
    return closed ? null : ready.poll();
  }

  /** Makes files until enough are ready or there may be no more; one thread at a time. */
  void refill() {
    try {
      while (!closed && ready.size() < WANTED) {
        if (bytes.get() + segmentBytes > limit) {
          say("the journal has reached its limit of " + limit + " bytes");
          return;
        }
        Path file = folder.resolve("%016d%s".formatted(nextFile++, Segment.SUFFIX));
        Segment spare = Segment.create(file, segmentBytes);
        bytes.addAndGet(segmentBytes);
        if (!ready.offer(spare)) {
          forget(spare);
        }
      }
      say("");
    } catch (IOException failure) {
      say("the journal's disk refuses: " + failure);
    }
  }

  /** Takes a segment of this process in which everything is settled. */
  void reuse(Segment segment) throws IOException {
    if (!closed && ready.remainingCapacity() > 0) {
      segment.renew();
      if (ready.offer(segment)) {
        return;
      }
    }
    forget(segment);
  }

  /** Deletes a segment of the slot. */
  void forget(Segment segment) throws IOException {
    segment.discard();
    bytes.addAndGet(-segment.size());
  }

  /** Gives out no more. */
  void close() {
    closed = true;
  }

  /** Deletes those that were never used. */
  void clear() throws IOException {
    for (Segment spare = ready.poll(); spare != null; spare = ready.poll()) {
      forget(spare);
    }
  }

  long bytes() {
    return bytes.get();
  }

  /** What keeps the journal from growing; empty when nothing does. */
  String problem() {
    return problem;
  }

  /** Why there is none, for a request that needs one. */
  String absence() {
    if (closed) {
      return "the journal is closed";
    }
    return problem.isEmpty() ? "the journal's next file is not ready yet" : problem;
  }

  private void say(String now) {
    if (!now.equals(problem)) {
      problem = now;
      if (now.isEmpty()) {
        LOG.info("the journal has room again");
      } else {
        LOG.error("{}; requests are refused once the last file is full", now);
      }
    }
  }
}
