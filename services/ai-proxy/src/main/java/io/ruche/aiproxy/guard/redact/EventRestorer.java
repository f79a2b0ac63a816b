package io.ruche.aiproxy.guard.redact;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Restores an answer that is a stream of server-sent events, also where a placeholder is cut over
 * several of them. Only the beginning of a placeholder waits for the next piece of its own text; it
 * is given on in an event of its own when that text has come to its end.
 */
public final class EventRestorer implements Restorer {

  /** Of one event; a longer one passes as it is. */
  private static final int LONGEST = 1024 * 1024;

  /** Of texts that wait at the same time; more do not occur but in attacks, and do not wait. */
  private static final int MOST_WAITING = 1_000;

  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

  private final Placeholders placeholders;

  /** The beginnings of placeholders, by the text that they are the last of. */
  private final Map<Slot, byte[]> waiting = new LinkedHashMap<>();

  private byte[] begun = new byte[0];
  private @Nullable Chunk last;

  /** For one stream. */
  public EventRestorer(Placeholders placeholders) {
    this.placeholders = placeholders;
  }

  @Override
  public Buffer pass(Buffer bytes) {
    byte[] all =
        begun.length == 0 ? bytes.getBytes() : Buffer.buffer(begun).appendBuffer(bytes).getBytes();
    // Only what is new can end an event, with a line feed that came before at most.
    int sought = Math.max(0, begun.length - 2);
    Buffer out = Buffer.buffer(all.length + 64);
    int start = 0;
    for (int i = Math.max(1, sought); i < all.length; i++) {
      if (all[i] == '\n' && isBlankLine(all, i)) {
        event(all, start, i + 1, out);
        start = i + 1;
      }
    }
    begun = Arrays.copyOfRange(all, start, all.length);
    if (begun.length > LONGEST) {
      out.appendBytes(begun);
      begun = new byte[0];
    }
    return out;
  }

  /** Whether the line feed at this place ends an empty line. */
  private static boolean isBlankLine(byte[] bytes, int at) {
    int before = bytes[at - 1] == '\r' ? at - 2 : at - 1;
    return before >= 0 && bytes[before] == '\n';
  }

  @Override
  public Buffer rest() {
    Buffer out = Buffer.buffer();
    if (begun.length > 0) {
      event(begun, 0, begun.length, out);
      begun = new byte[0];
    }
    flush(slot -> true, out);
    return out;
  }

  private static @Nullable Chunk chunk(byte[] bytes, int from, int to) {
    Chunk chunk = Chunk.read(bytes, from, to);
    return chunk == null ? ResponseEvent.read(bytes, from, to) : chunk;
  }

  private void event(byte[] bytes, int from, int to, Buffer out) {
    int data = data(bytes, from, to);
    int end = endOfLine(bytes, data, to);
    Chunk chunk = data < 0 ? null : chunk(bytes, data, end);
    if (chunk == null) {
      if (data >= 0 && isDone(bytes, data, end)) {
        flush(slot -> true, out);
      }
      placeholders.restore(bytes, from, to, out);
      return;
    }
    last = chunk;
    List<Buffer> texts = new ArrayList<>(chunk.pieces().size());
    for (Chunk.Piece piece : chunk.pieces()) {
      texts.add(restored(bytes, piece, chunk.ended().test(piece.slot())));
    }
    flush(chunk.ended(), out);
    int copied = from;
    for (int i = 0; i < texts.size(); i++) {
      Chunk.Piece piece = chunk.pieces().get(i);
      placeholders.restore(bytes, copied, piece.from(), out);
      out.appendBuffer(texts.get(i));
      copied = piece.to();
    }
    placeholders.restore(bytes, copied, to, out);
  }

  /** What of a text may go on now, with what waited for it; its last piece goes on whole. */
  private Buffer restored(byte[] bytes, Chunk.Piece piece, boolean isLast) {
    byte[] before = waiting.remove(piece.slot());
    byte[] text = Arrays.copyOfRange(bytes, piece.from(), piece.to());
    byte[] all = before == null ? text : Buffer.buffer(before).appendBytes(text).getBytes();
    int end =
        isLast || waiting.size() >= MOST_WAITING
            ? all.length
            : placeholders.beginning(all, 0, all.length);
    Buffer out = Buffer.buffer(all.length + 32);
    placeholders.restore(all, 0, end, out);
    if (end < all.length) {
      waiting.put(piece.slot(), Arrays.copyOfRange(all, end, all.length));
    }
    return out;
  }

  /** Gives on what waits of these texts. */
  private void flush(Predicate<Slot> meant, Buffer out) {
    Chunk like = last;
    if (waiting.isEmpty() || like == null) {
      return;
    }
    waiting
        .entrySet()
        .removeIf(
            entry -> {
              boolean ends = meant.test(entry.getKey());
              if (ends) {
                out.appendBuffer(entry.getKey().event(like.head(), entry.getValue()));
              }
              return ends;
            });
  }

  /** Behind {@code data:} at the beginning of a line; -1 when there is none. */
  private static int data(byte[] bytes, int from, int to) {
    int line = from;
    while (line < to) {
      if (line + DATA.length <= to
          && Arrays.equals(bytes, line, line + DATA.length, DATA, 0, DATA.length)) {
        return line + DATA.length;
      }
      line = endOfLine(bytes, line, to) + 1;
    }
    return -1;
  }

  private static int endOfLine(byte[] bytes, int from, int to) {
    int at = Math.max(from, 0);
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  private static boolean isDone(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).strip().equals("[DONE]");
  }
}
