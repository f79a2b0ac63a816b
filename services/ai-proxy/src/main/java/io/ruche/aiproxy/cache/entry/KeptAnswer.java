package io.ruche.aiproxy.cache.entry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A complete answer, in the bytes in which it went to the first who asked. */
public final class KeptAnswer {

  /** Stands before every entry; another form gets another one. */
  private static final int FORM = 0x52434831;

  private static final int HEAD = 3 * Integer.BYTES;
  private static final int LONGEST_TYPE = 256;

  private final String type;
  private final byte[] body;

  /**
   * An answer.
   *
   * @param type its Content-Type
   * @param body belongs to the answer from now on
   */
  public KeptAnswer(String type, byte[] body) {
    this.type = type;
    this.body = body;
  }

  /** Its Content-Type. */
  public String type() {
    return type;
  }

  /** Its bytes, which nobody changes. */
  public byte[] body() {
    return body;
  }

  /** Whether it is a stream of events. */
  public boolean isStream() {
    return type.startsWith("text/event-stream");
  }

  /** As it lies in Redis: form, checksum of all that follows, length of the type, type, body. */
  byte[] encode() {
    byte[] name = type.getBytes(StandardCharsets.UTF_8);
    byte[] entry = new byte[HEAD + name.length + body.length];
    ByteBuffer.wrap(entry).putInt(FORM).putInt(0).putInt(name.length).put(name).put(body);
    ByteBuffer.wrap(entry).putInt(Integer.BYTES, checksum(entry));
    return entry;
  }

  /** Reads an entry; null when it is not what {@link #encode} made. */
  static @Nullable KeptAnswer decode(byte[] entry) {
    if (entry.length < HEAD) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(entry);
    if (in.getInt() != FORM || in.getInt() != checksum(entry)) {
      return null;
    }
    int length = in.getInt();
    if (length < 0 || length > LONGEST_TYPE || length > in.remaining()) {
      return null;
    }
    byte[] name = new byte[length];
    in.get(name);
    byte[] body = new byte[in.remaining()];
    in.get(body);
    return new KeptAnswer(new String(name, StandardCharsets.UTF_8), body);
  }

  private static int checksum(byte[] entry) {
    CRC32C crc = new CRC32C();
    crc.update(entry, 2 * Integer.BYTES, entry.length - 2 * Integer.BYTES);
    return (int) crc.getValue();
  }
}
