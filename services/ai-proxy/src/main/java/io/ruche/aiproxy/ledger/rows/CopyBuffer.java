package io.ruche.aiproxy.ledger.rows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rows in the binary format of PostgreSQL's COPY. Grows as needed; not thread-safe. */
final class CopyBuffer {

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0
  };
  private static final int FIRST_BYTES = 256 * 1024;
  private static final int MICROS = 1_000_000;

  /** PostgreSQL counts from 2000-01-01. */
  private static final long EPOCH_SECOND = 946_684_800L;

  private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES);

  /** Begins anew, with the head of the format. */
  void begin() {
    bytes.clear();
    // No flags, and no extension of the head.
    bytes.put(SIGNATURE).putInt(0).putInt(0);
  }

  void row(int columns) {
    need(Short.BYTES);
    bytes.putShort((short) columns);
  }

  /**
   * Adds a value as a column of the matching type takes it: a Long is a bigint, an Integer an int.
   */
  void value(@Nullable Object value) {
    switch (value) {
      case null -> length(-1);
      case String text -> {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        length(utf8.length);
        bytes.put(utf8);
      }
      case Long number -> {
        length(Long.BYTES);
        bytes.putLong(number);
      }
      case Integer number -> {
        length(Integer.BYTES);
        bytes.putInt(number);
      }
      case Boolean flag -> {
        length(Byte.BYTES);
        bytes.put((byte) (flag ? 1 : 0));
      }
      case OffsetDateTime moment -> {
        length(Long.BYTES);
        bytes.putLong((moment.toEpochSecond() - EPOCH_SECOND) * MICROS + moment.getNano() / 1_000);
      }
      default -> throw new IllegalArgumentException("no column has a " + value.getClass());
    }
  }

  /** Ends the last row; the array is the buffer's own, of which {@link #length} bytes count. */
  byte[] end() {
    need(Short.BYTES);
    bytes.putShort((short) -1);
    return bytes.array();
  }

  int length() {
    return bytes.position();
  }

  private void length(int ofValue) {
    need(Integer.BYTES + Math.max(0, ofValue));
    bytes.putInt(ofValue);
  }

  private void need(int more) {
    if (bytes.remaining() < more) {
      int position = bytes.position();
      int size = Math.max(bytes.capacity() * 2, position + more);
      bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), size)).position(position);
    }
  }
}
