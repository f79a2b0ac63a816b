package io.ruche.embedservice.parse.plain;

import io.ruche.embedservice.parse.wire.ParseFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of a text: its byte order mark, else UTF-8 when all of it is, else UTF-16 when every
 * other byte is zero, else what was declared, else windows-1252.
 */
public final class Charsets {

  private static final Charset WINDOWS = Charset.forName("windows-1252");
  private static final int BUFFER = 1 << 16;
  private static final int SAMPLE = 4096;

  private Charsets() {}

  /** A reader of a file, behind its byte order mark. */
  public static Reader open(Path file, @Nullable String declared) throws IOException {
    Charset charset = of(file, declared);
    PushbackInputStream in = new PushbackInputStream(Files.newInputStream(file), 4);
    skipMark(in);
    return new InputStreamReader(in, charset);
  }

  /** The encoding of bytes that name none: UTF-8 when they are that, else windows-1252. */
  public static Charset of(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return StandardCharsets.UTF_8;
    } catch (CharacterCodingException other) {
      return WINDOWS;
    }
  }

  /** The encoding of a file. */
  public static Charset of(Path file, @Nullable String declared) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(SAMPLE);
    }
    Charset marked = byMark(head);
    if (marked != null) {
      return marked;
    }
    Charset wide = byZeros(head);
    if (wide != null) {
      return wide;
    }
    if (isUtf8(file)) {
      return StandardCharsets.UTF_8;
    }
    if (isBinary(head)) {
      throw new ParseFailure(
          ParseFailure.Cause.BROKEN,
          "The file is to be read as text and has bytes that no text has; declare it as what it is.");
    }
    Charset named = named(declared);
    return named == null || named.equals(StandardCharsets.UTF_8) ? WINDOWS : widened(named);
  }

  /** Latin 1 is what senders say when they mean windows-1252, which has all of it. */
  private static Charset widened(Charset named) {
    return named.equals(StandardCharsets.ISO_8859_1) || named.equals(StandardCharsets.US_ASCII)
        ? WINDOWS
        : named;
  }

  /** The encoding of a name; null when there is none of it. */
  public static @Nullable Charset named(@Nullable String name) {
    if (name == null || name.isBlank()) {
      return null;
    }
    try {
      return Charset.forName(name.strip());
    } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
      return null;
    }
  }

  private static @Nullable Charset byMark(byte[] head) {
    if (starts(head, 0xEF, 0xBB, 0xBF)) {
      return StandardCharsets.UTF_8;
    }
    if (starts(head, 0xFF, 0xFE, 0, 0)) {
      return Charset.forName("UTF-32LE");
    }
    if (starts(head, 0xFF, 0xFE)) {
      return StandardCharsets.UTF_16LE;
    }
    return starts(head, 0xFE, 0xFF) ? StandardCharsets.UTF_16BE : null;
  }

  private static @Nullable Charset byZeros(byte[] head) {
    int even = 0;
    int odd = 0;
    for (int i = 0; i < head.length; i++) {
      if (head[i] == 0) {
        if (i % 2 == 0) {
          even++;
        } else {
          odd++;
        }
      }
    }
    int half = head.length / 2;
    if (half < 2) {
      return null;
    }
    if (odd > half * 7 / 10 && even < half / 10 + 1) {
      return StandardCharsets.UTF_16LE;
    }
    return even > half * 7 / 10 && odd < half / 10 + 1 ? StandardCharsets.UTF_16BE : null;
  }

  /** More than one byte in thirty is a control character that no text has. */
  private static boolean isBinary(byte[] head) {
    int controls = 0;
    for (byte value : head) {
      boolean control = value >= 0 && value < ' ' && value != 27;
      controls += control && (value < '\t' || value > '\r') ? 1 : 0;
    }
    return head.length >= 64 && controls * 30 > head.length;
  }

  private static boolean isUtf8(Path file) throws IOException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
    CharBuffer chars = CharBuffer.allocate(BUFFER);
    try (InputStream in = Files.newInputStream(file)) {
      boolean ended = false;
      while (!ended) {
        int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
        ended = count < 0;
        bytes.position(bytes.position() + Math.max(0, count)).flip();
        CoderResult result = decoder.decode(bytes, chars, ended);
        if (result.isError()) {
          result.throwException();
        }
        bytes.compact();
        chars.clear();
      }
      return true;
    } catch (CharacterCodingException other) {
      return false;
    }
  }

  private static void skipMark(PushbackInputStream in) throws IOException {
    byte[] head = in.readNBytes(4);
    int length = 0;
    if (starts(head, 0xEF, 0xBB, 0xBF)) {
      length = 3;
    } else if (starts(head, 0xFF, 0xFE, 0, 0)) {
      length = 4;
    } else if (starts(head, 0xFF, 0xFE) || starts(head, 0xFE, 0xFF)) {
      length = 2;
    }
    in.unread(head, length, head.length - length);
  }

  private static boolean starts(byte[] head, int... mark) {
    if (head.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((head[i] & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
  }
}
