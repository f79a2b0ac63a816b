package io.ruche.aiproxy.gateway;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes one event out of a stream: the piece with the usage, which Ruche asked for and the client
 * did not. All else passes byte for byte. Whole events pass at once; the beginning of one waits for
 * its rest, which the client could not use before either.
 */
final class UsageChunkFilter {

  /** Of one event; a longer one passes unseen. */
  private static final int LONGEST = 64 * 1024;

  private static final Member NO_CHOICES = new Member("choices", "[]");
  private static final Member USAGE = new Member("usage", "{");

  private @Nullable Buffer begun;

  /** What of the next bytes may go to the client now; empty when nothing may. */
  Buffer pass(Buffer bytes) {
    Buffer all = begun == null ? bytes : begun.appendBuffer(bytes);
    begun = null;
    int end = endOfEvents(all);
    Buffer out = end == all.length() ? withoutUsage(all) : withoutUsage(all.slice(0, end));
    if (end < all.length()) {
      Buffer rest = all.getBuffer(end, all.length());
      if (rest.length() > LONGEST) {
        return out.length() == 0 ? rest : out.copy().appendBuffer(rest);
      }
      begun = rest;
    }
    return out;
  }

  /** What waits when the stream ends without a last blank line. */
  Buffer rest() {
    Buffer rest = begun == null ? Buffer.buffer() : begun;
    begun = null;
    return rest;
  }

  private static int endOfEvents(Buffer bytes) {
    for (int i = bytes.length() - 1; i > 0; i--) {
      if (bytes.getByte(i) == '\n' && isBlankLine(bytes, i)) {
        return i + 1;
      }
    }
    return 0;
  }

  /** Whether the line feed at this place ends an empty line. */
  private static boolean isBlankLine(Buffer bytes, int at) {
    int before = bytes.getByte(at - 1) == '\r' ? at - 2 : at - 1;
    return before >= 0 && bytes.getByte(before) == '\n';
  }

  private static Buffer withoutUsage(Buffer events) {
    if (!NO_CHOICES.isIn(events, 0, events.length())) {
      return events;
    }
    Buffer kept = Buffer.buffer(events.length());
    int start = 0;
    for (int i = 1; i < events.length(); i++) {
      if (events.getByte(i) == '\n' && isBlankLine(events, i)) {
        if (!NO_CHOICES.isIn(events, start, i) || !USAGE.isIn(events, start, i)) {
          kept.appendBuffer(events, start, i + 1 - start);
        }
        start = i + 1;
      }
    }
    return kept.appendBuffer(events, start, events.length() - start);
  }

  /** A member of an object, in quotes, and how its value begins; white space may stand between. */
  private static final class Member {

    private final byte[] name;
    private final byte[] value;

    Member(String name, String value) {
      this.name = ('"' + name + '"').getBytes(StandardCharsets.US_ASCII);
      this.value = value.getBytes(StandardCharsets.US_ASCII);
    }

    boolean isIn(Buffer bytes, int from, int to) {
      for (int i = from; i <= to - name.length - value.length; i++) {
        if (bytes.getByte(i) == '"' && isAt(bytes, i, to)) {
          return true;
        }
      }
      return false;
    }

    private boolean isAt(Buffer bytes, int from, int to) {
      for (int i = 0; i < name.length; i++) {
        if (bytes.getByte(from + i) != name[i]) {
          return false;
        }
      }
      int at = afterSpace(bytes, from + name.length, to);
      if (at == to || bytes.getByte(at) != ':') {
        return false;
      }
      at++;
      for (byte wanted : value) {
        at = afterSpace(bytes, at, to);
        if (at == to || bytes.getByte(at) != wanted) {
          return false;
        }
        at++;
      }
      return true;
    }

    private static int afterSpace(Buffer bytes, int from, int to) {
      int at = from;
      while (at < to && (bytes.getByte(at) == ' ' || bytes.getByte(at) == '\t')) {
        at++;
      }
      return at;
    }
  }
}
