package io.ruche.aiproxy.ledger.journal.file;

import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Start;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The place of one request in a segment.
 *
 * <pre>
 *  0  mark of the start: the generation once the start is complete
 *  8  mark of the end: 0, WRITING, then the generation once the end is complete
 * 16  checksum of the start     20  checksum of the end
 * 24  cells of the record       26  bytes of the start
 * 28  bytes of the end
 * 32  the start, padded to 8, and the end
 * </pre>
 *
 * <p>A mark is written after what it stands for, which is all that a killed process needs: its
 * writes are in the page cache in their order. The checksums are for a machine that lost its power
 * and kept some pages of many.
 */
public final class JournalRecord {

  /** No generation: an end that somebody has begun to write. */
  public static final long WRITING = 1;

  public static final int HEAD = 32;

  private static final int END_MARK = 8;
  private static final int START_CRC = 16;
  private static final int END_CRC = 20;
  private static final int CELLS = 24;
  private static final int START_LENGTH = 26;
  private static final int END_LENGTH = 28;
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Segment segment;
  private final long generation;
  private final int cell;

  public JournalRecord(Segment segment, long generation, int cell) {
    this.segment = segment;
    this.generation = generation;
    this.cell = cell;
  }

  /** The cells that a start and any end of it take. */
  public static int cells(RecordCodec.Part start) {
    return Math.ceilDiv(endAt(start.length()) + RecordCodec.END_BYTES, Segment.CELL);
  }

  private static int endAt(int startLength) {
    return HEAD + (startLength + 7) / 8 * 8;
  }

  public int cell() {
    return cell;
  }

  public Segment segment() {
    return segment;
  }

  /** Writes the start; the place is this record's alone. */
  public void begin(RecordCodec.Part start, int cells) {
    ByteBuffer bytes = segment.bytes();
    int at = segment.offset(cell);
    LONG.set(bytes, at + END_MARK, 0L);
    bytes.putInt(at + START_CRC, start.seal(generation, cell));
    bytes.putShort(at + CELLS, (short) cells);
    bytes.putShort(at + START_LENGTH, (short) start.length());
    bytes.put(at + HEAD, start.bytes(), RecordCodec.SEAL, start.length());
    LONG.setRelease(bytes, at, generation);
    segment.touched();
  }

  /** Fills cells that no request will have. */
  public void fill(int cells) {
    ByteBuffer bytes = segment.bytes();
    int at = segment.offset(cell);
    bytes.putShort(at + CELLS, (short) cells);
    bytes.putShort(at + START_LENGTH, (short) 0);
    LONG.setRelease(bytes, at, generation);
    segment.touched();
  }

  /** Whether a begun record is no request. */
  public boolean isFill() {
    int cells = cells();
    return startLength() == 0 && cells > 0 && cell + cells <= segment.cells();
  }

  /** Whether the segment is still the one that the request was begun in. */
  public boolean isOurs() {
    return segment.generation() == generation;
  }

  public long generation() {
    return generation;
  }

  /** Writes the end, unless there is one. */
  public void end(RecordCodec.Part end) {
    ByteBuffer bytes = segment.bytes();
    int at = segment.offset(cell);
    // A segment is used again only when all its requests have ended, so a late call is a second
    // one.
    if (!isOurs() || !LONG.compareAndSet(bytes, at + END_MARK, 0L, WRITING)) {
      return;
    }
    bytes.putInt(at + END_CRC, end.seal(generation, cell));
    bytes.putShort(at + END_LENGTH, (short) end.length());
    bytes.put(at + endAt(startLength()), end.bytes(), RecordCodec.SEAL, end.length());
    LONG.setRelease(bytes, at + END_MARK, generation);
    segment.touched();
  }

  /** Writes the end that a dead process told elsewhere, unless it is there and whole. */
  public void restore(RecordCodec.Part end) {
    if (isWhole() && !isEndWhole()) {
      LONG.set(segment.bytes(), segment.offset(cell) + END_MARK, 0L);
      end(end);
    }
  }

  /** Ends a request as interrupted whose process is dead, and which has no whole end. */
  public void interrupt() {
    restore(RecordCodec.encode(start().interrupted()));
  }

  public boolean isBegun() {
    return (long) LONG.getAcquire(segment.bytes(), segment.offset(cell)) == generation;
  }

  public boolean isEnded() {
    return (long) LONG.getAcquire(segment.bytes(), segment.offset(cell) + END_MARK) == generation;
  }

  /** Whether a begun record's request came before a moment. */
  public boolean startedBefore(Instant moment) {
    long micros = segment.bytes().getLong(segment.offset(cell) + HEAD);
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).isBefore(moment);
  }

  /** The cells of a begun record; a wrong number when the disk lost a part of it. */
  public int cells() {
    return segment.bytes().getShort(segment.offset(cell) + CELLS);
  }

  /** Whether the start is as it was written, which is certain unless the power failed. */
  public boolean isWhole() {
    int length = segment.bytes().getShort(segment.offset(cell) + START_LENGTH);
    int cells = cells();
    return isBegun()
        && length > 0
        && cells > 0
        && cell + cells <= segment.cells()
        && endAt(length) + RecordCodec.END_BYTES <= cells * Segment.CELL
        && part(HEAD, length).seal(generation, cell) == crc(START_CRC);
  }

  /** Whether the end is there and as it was written; of a whole record. */
  public boolean isEndWhole() {
    int length = segment.bytes().getShort(segment.offset(cell) + END_LENGTH);
    return isEnded()
        && length > 0
        && length <= RecordCodec.END_BYTES
        && part(endAt(startLength()), length).seal(generation, cell) == crc(END_CRC);
  }

  public Start start() {
    return RecordCodec.start(part(HEAD, startLength()).bytes());
  }

  public End end() {
    int length = segment.bytes().getShort(segment.offset(cell) + END_LENGTH);
    return RecordCodec.end(part(endAt(startLength()), length).bytes());
  }

  private int startLength() {
    return segment.bytes().getShort(segment.offset(cell) + START_LENGTH);
  }

  private int crc(int field) {
    return segment.bytes().getInt(segment.offset(cell) + field);
  }

  private RecordCodec.Part part(int from, int length) {
    byte[] copy = new byte[RecordCodec.SEAL + length];
    segment.bytes().get(segment.offset(cell) + from, copy, RecordCodec.SEAL, length);
    return new RecordCodec.Part(copy, length);
  }
}
