package io.ruche.aiproxy.ledger.journal.file;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A ring, mapped, that takes the ends of requests until they are moved to where their starts are. A
 * start's page has mostly been forced to the disk by the time of the end, and a write to it would
 * fault and wait for the file system, hundreds of milliseconds at times; the ring is never forced,
 * and its next pages are kept writable.
 *
 * <p>Nothing says how far it was read: an end that was moved already, or whose segment is gone, is
 * recognised by its place.
 */
public final class Ends {

  public static final String NAME = "ends";

  private static final int BYTES = 8 << 20;
  private static final int ENTRY = 256;
  private static final int CAPACITY = BYTES / ENTRY;
  private static final int AHEAD_PAGES = 512;

  private static final int GENERATION = 8;
  private static final int CELL = 16;
  private static final int LENGTH = 20;
  private static final int CRC = 24;
  private static final int CONTENT = 32;
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ByteBuffer bytes;
  private final long salt = 1L << 62 | new SecureRandom().nextLong() >>> 2;
  private final AtomicLong next = new AtomicLong();
  private volatile long moved;

  private Ends(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Takes an end where it is read from the ring. */
  @FunctionalInterface
  public interface Reader {

    void read(long generation, int cell, RecordCodec.Part end, int crc);
  }

  /** Makes an empty ring in place of any other. */
  public static Ends create(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    Ends ends = new Ends(MappedFile.create(file, BYTES, bytes -> {}));
    ends.touchAhead();
    return ends;
  }

  /** Adds an end; false when there is no room, because nothing has been moved for too long. */
  public boolean offer(long generation, int cell, RecordCodec.Part end) {
    long sequence = next.get();
    while (true) {
      if (sequence - moved >= CAPACITY) {
        return false;
      }
      long seen = next.compareAndExchange(sequence, sequence + 1);
      if (seen == sequence) {
        break;
      }
      sequence = seen;
    }
    int at = (int) (sequence % CAPACITY) * ENTRY;
    bytes.putLong(at + GENERATION, generation);
    bytes.putInt(at + CELL, cell);
    bytes.putShort(at + LENGTH, (short) end.length());
    bytes.putInt(at + CRC, end.seal(generation, cell));
    bytes.put(at + CONTENT, end.bytes(), RecordCodec.SEAL, end.length());
    LONG.setRelease(bytes, at, salt + sequence);
    return true;
  }

  /** Reads what was added since the last call. */
  public synchronized void drain(Reader reader) {
    long sequence = moved;
    while (true) {
      int at = (int) (sequence % CAPACITY) * ENTRY;
      if ((long) LONG.getAcquire(bytes, at) != salt + sequence) {
        return;
      }
      read(bytes, at, reader);
      sequence++;
      moved = sequence;
    }
  }

  /** Makes the pages of the next ends writable, so that none of them waits. */
  public void touchAhead() {
    long at = next.get() % CAPACITY * ENTRY;
    for (int page = 0; page < AHEAD_PAGES; page++) {
      MappedFile.touch(bytes, (int) ((at + (long) page * MappedFile.PAGE) % BYTES));
    }
  }

  /** Deletes the ring of a slot in which every end was moved. */
  public static void delete(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(NAME));
  }

  /** Reads every whole end in the ring that a dead process left, moved already or not. */
  public static void recover(Path folder, Reader reader) throws IOException {
    Path file = folder.resolve(NAME);
    if (Files.exists(file) && Files.size(file) == BYTES) {
      ByteBuffer bytes = MappedFile.open(file);
      for (int at = 0; at < BYTES; at += ENTRY) {
        read(bytes, at, reader);
      }
    }
  }

  private static void read(ByteBuffer bytes, int at, Reader reader) {
    long generation = bytes.getLong(at + GENERATION);
    int cell = bytes.getInt(at + CELL);
    int crc = bytes.getInt(at + CRC);
    RecordCodec.@Nullable Part end = content(bytes, at);
    if (end != null && end.seal(generation, cell) == crc) {
      reader.read(generation, cell, end, crc);
    }
  }

  private static RecordCodec.@Nullable Part content(ByteBuffer bytes, int at) {
    int length = bytes.getShort(at + LENGTH);
    if (length <= 0 || length > RecordCodec.END_BYTES) {
      return null;
    }
    byte[] copy = new byte[RecordCodec.SEAL + length];
    bytes.get(at + CONTENT, copy, RecordCodec.SEAL, length);
    return new RecordCodec.Part(copy, length);
  }
}
