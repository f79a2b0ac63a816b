package io.ruche.aiproxy.ledger.journal.file;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * One file of the journal, mapped: a head, a bit for each cell that says that the record which
 * begins there is settled, and cells of {@value #CELL} bytes. A record takes as many cells as its
 * start and the longest end need, so that the end is written where the start is and a request is
 * one place.
 *
 * <p>The generation is a random number that each use of the file draws. A mark that equals it says
 * that what belongs to the mark is complete; nothing else in the file can equal it by chance.
 */
public final class Segment {

  public static final int CELL = 64;
  public static final int CELLS_OF_A_PAGE = 64;
  public static final String SUFFIX = ".segment";

  private static final long MAGIC = 0x314c_4548_4355_52L; // "RUCHEL1"
  private static final int GENERATION = 8;
  private static final int HEAD = 4_096;
  private static final int PAGE = MappedFile.PAGE;
  private static final int AHEAD = 512 * PAGE;
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final MappedByteBuffer bytes;
  private final int cells;
  private final int firstCellAt;
  private volatile long generation;

  /** Set by whoever writes, cleared by whoever forces; read first, since it mostly is set. */
  private volatile boolean dirty;

  private boolean forceAgain;

  private Segment(Path file, MappedByteBuffer bytes, long generation) {
    this.file = file;
    this.bytes = bytes;
    this.generation = generation;
    this.cells = cells(bytes.capacity());
    this.firstCellAt = HEAD + bitmapBytes(cells);
  }

  /** Makes an empty segment; one that a killed process was making has another name. */
  public static Segment create(Path file, int size) throws IOException {
    MappedByteBuffer bytes =
        MappedFile.create(file, size, fresh -> new Segment(file, fresh, 0).renew());
    return new Segment(file, bytes, (long) LONG.get(bytes, GENERATION));
  }

  /**
   * Opens a segment that another process left.
   *
   * @throws IOException also when the file is no segment
   */
  public static Segment open(Path file) throws IOException {
    MappedByteBuffer bytes = MappedFile.open(file);
    if ((long) LONG.get(bytes, 0) != MAGIC) {
      throw new IOException(file + " is no segment: it does not begin like one");
    }
    return new Segment(file, bytes, (long) LONG.get(bytes, GENERATION));
  }

  private static int cells(int size) {
    int cells = (size - HEAD) / CELL;
    while (HEAD + bitmapBytes(cells) + cells * CELL > size) {
      cells -= PAGE / CELL;
    }
    return cells;
  }

  private static int bitmapBytes(int cells) {
    return Math.ceilDiv(Math.ceilDiv(cells, Byte.SIZE), PAGE) * PAGE;
  }

  /**
   * Empties it for another use; only when all its records are settled and nobody holds one. On the
   * disk before it is used: an old bit beside a new record would be a row that is lost.
   */
  public void renew() {
    long next;
    do {
      next = RANDOM.nextLong();
    } while (next == 0 || next == JournalRecord.WRITING);
    generation = next;
    LONG.setVolatile(bytes, GENERATION, next);
    for (int at = HEAD; at < firstCellAt; at += Long.BYTES) {
      LONG.set(bytes, at, 0L);
    }
    LONG.setVolatile(bytes, 0, MAGIC);
    bytes.force(0, firstCellAt);
    dirty = false;
  }

  /** Deletes the file; when nobody reads it any more. */
  public void discard() throws IOException {
    generation = 0;
    MappedFile.discard(file);
  }

  /**
   * Brings to the disk what was written before a cell; the cells from there on stay writable.
   *
   * @param end a multiple of {@value #CELLS_OF_A_PAGE}, or the number of cells
   */
  public void force(int end) {
    boolean written = dirty;
    dirty = false;
    // Once more after the last write: it may have seen the flag still set.
    if (written || forceAgain) {
      bytes.force(0, offset(end));
    }
    forceAgain = written;
  }

  /** Whether there is something to force. */
  public boolean isDirty() {
    return dirty;
  }

  /** Makes pages writable from a cell on, so that no request waits for that. */
  public void touchAhead(int cell) {
    int end = Math.min(bytes.capacity(), offset(cell) + AHEAD);
    for (int at = offset(cell); at < end; at += PAGE) {
      MappedFile.touch(bytes, at);
    }
  }

  /** Ends this process's part in it: late ends are not written, for another process may read. */
  public void leave() {
    generation = 0;
  }

  public void touched() {
    if (!dirty) {
      dirty = true;
    }
  }

  public Path file() {
    return file;
  }

  public int cells() {
    return cells;
  }

  public int size() {
    return bytes.capacity();
  }

  public long generation() {
    return generation;
  }

  public ByteBuffer bytes() {
    return bytes;
  }

  public int offset(int cell) {
    return firstCellAt + cell * CELL;
  }

  /** Says that the record's row is in PostgreSQL, or told elsewhere. By one thread at a time. */
  public void settle(int cell) {
    int at = HEAD + cell / Byte.SIZE;
    bytes.put(at, (byte) (bytes.get(at) | 1 << cell % Byte.SIZE));
    touched();
  }

  public boolean isSettled(int cell) {
    return (bytes.get(HEAD + cell / Byte.SIZE) & 1 << cell % Byte.SIZE) != 0;
  }
}
