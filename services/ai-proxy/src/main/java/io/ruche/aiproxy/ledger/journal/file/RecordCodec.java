package io.ruche.aiproxy.ledger.journal.file;

import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Outcome;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a start and of an end. Numbers are little-endian; a text is its length in two bytes
 * and its UTF-8. Both begin with a seal of {@value #SEAL} bytes that is part of the checksum and
 * not of the file: where the bytes belong, so that what an earlier use of the place left there is
 * never taken for a record.
 */
public final class RecordCodec {

  /** Generation of the segment, and the cell. */
  public static final int SEAL = 16;

  public static final int END_BYTES = 6 * Long.BYTES + 4 + 2 + 32 + 2 + 96;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int ID = 64;
  private static final int OPERATION = 32;
  private static final int MODEL = 256;
  private static final int PROVIDER = 32;
  private static final int UPSTREAM_MODEL = 96;
  private static final int START_BYTES = 4 * Long.BYTES + 2 + 6 * 2 + 4 * ID + OPERATION + MODEL;
  private static final int MICROS = 1_000_000;

  private final byte[] bytes;
  private int at = SEAL;

  private RecordCodec(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A part of a record, behind room for its seal; the length is that without the seal. */
  public static final class Part {

    private final byte[] bytes;
    private final int length;

    Part(byte[] bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }

    byte[] bytes() {
      return bytes;
    }

    int length() {
      return length;
    }

    /** Says where it belongs, and answers the checksum over that and the content. */
    int seal(long generation, int cell) {
      LONG.set(bytes, 0, generation);
      LONG.set(bytes, Long.BYTES, (long) cell);
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, SEAL + length);
      return (int) crc.getValue();
    }
  }

  public static Part encode(Start start) {
    RecordCodec to = new RecordCodec(new byte[SEAL + START_BYTES]);
    Instant moment = start.at();
    to.number(moment.getEpochSecond() * MICROS + moment.getNano() / 1_000);
    to.number(start.reservedInputTokens());
    to.number(start.reservedOutputTokens());
    to.number(start.reservedNanoDollars());
    to.small(start.source().code());
    to.small(start.stream() ? 1 : 0);
    to.text(start.id(), ID);
    to.text(start.tenant(), ID);
    to.text(start.client(), ID);
    to.text(start.commandId(), ID);
    to.text(start.operation(), OPERATION);
    to.text(start.model(), MODEL);
    return new Part(to.bytes, to.at - SEAL);
  }

  public static Part encode(End end) {
    RecordCodec to = new RecordCodec(new byte[SEAL + END_BYTES]);
    to.number(end.inputTokens());
    to.number(end.cachedTokens());
    to.number(end.outputTokens());
    to.number(end.nanoDollars());
    to.number(end.firstByteMicros());
    to.number(end.durationMicros());
    to.small(end.status() & 0xff);
    to.small(end.status() >> 8);
    to.small(end.outcome().code());
    to.small(end.usage().code());
    to.text(end.provider(), PROVIDER);
    to.text(end.upstreamModel(), UPSTREAM_MODEL);
    return new Part(to.bytes, to.at - SEAL);
  }

  /** Reads a part whose checksum was right, so that its bytes are those that were written. */
  public static Start start(byte[] bytes) {
    RecordCodec from = new RecordCodec(bytes);
    long micros = from.number();
    long input = from.number();
    long output = from.number();
    long cost = from.number();
    Source source = Source.of(from.small());
    boolean stream = from.small() == 1;
    return new Start(
        from.word(),
        Instant.ofEpochSecond(
            Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000L),
        from.word(),
        from.word(),
        source,
        from.text(),
        from.word(),
        from.word(),
        stream,
        input,
        output,
        cost);
  }

  /** Likewise. */
  public static End end(byte[] bytes) {
    RecordCodec from = new RecordCodec(bytes);
    long input = from.number();
    long cached = from.number();
    long output = from.number();
    long cost = from.number();
    long firstByte = from.number();
    long duration = from.number();
    int status = from.small() | from.small() << 8;
    Outcome outcome = Outcome.of(from.small());
    UsageSource usage = UsageSource.of(from.small());
    return new End(
        from.text(),
        from.text(),
        status,
        outcome,
        input,
        cached,
        output,
        usage,
        cost,
        firstByte,
        duration);
  }

  private void number(long value) {
    LONG.set(bytes, at, value);
    at += Long.BYTES;
  }

  private long number() {
    long value = (long) LONG.get(bytes, at);
    at += Long.BYTES;
    return value;
  }

  private void small(int value) {
    bytes[at++] = (byte) value;
  }

  private int small() {
    return bytes[at++] & 0xff;
  }

  /** Writes a text, cut at a number of bytes; control characters, which no row takes, as '?'. */
  private void text(@Nullable String text, int mostBytes) {
    if (text == null) {
      SHORT.set(bytes, at, (short) -1);
      at += Short.BYTES;
      return;
    }
    int length = Math.min(text.length(), mostBytes);
    int from = at + Short.BYTES;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        length = wide(text, mostBytes, from);
        break;
      }
      bytes[from + i] = c < 0x20 || c == 0x7f ? (byte) '?' : (byte) c;
    }
    SHORT.set(bytes, at, (short) length);
    at = from + length;
  }

  private int wide(String text, int mostBytes, int from) {
    // No more characters than bytes, so that the cost has a bound too.
    String head = text.substring(0, Math.min(text.length(), mostBytes));
    byte[] utf8 = head.replaceAll("\\p{Cntrl}", "?").getBytes(StandardCharsets.UTF_8);
    int length = Math.min(utf8.length, mostBytes);
    while (length < utf8.length && (utf8[length] & 0xc0) == 0x80) {
      length--;
    }
    System.arraycopy(utf8, 0, bytes, from, length);
    return length;
  }

  private String word() {
    return String.valueOf(text());
  }

  private @Nullable String text() {
    int length = (short) SHORT.get(bytes, at);
    at += Short.BYTES;
    if (length < 0) {
      return null;
    }
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }
}
