package io.ruche.aiproxy.guard.redact;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The placeholders of one request, each with what it stands for. Values consist of letters, digits
 * and marks that JSON never escapes, however deep: so they may stand wherever a placeholder may.
 */
public final class Placeholders {

  private final NavigableMap<String, byte[]> values = new TreeMap<>();
  private final int longest;

  /**
   * The placeholders.
   *
   * @param values by placeholder, brackets included
   */
  Placeholders(Map<String, String> values) {
    int most = 0;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      this.values.put(entry.getKey(), entry.getValue().getBytes(StandardCharsets.UTF_8));
      most = Math.max(most, entry.getKey().length());
    }
    this.longest = most;
  }

  /** Appends the bytes from {@code from} to {@code to}, with values for placeholders. */
  void restore(byte[] bytes, int from, int to, Buffer out) {
    int copied = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '[') {
        int close = close(bytes, i, to);
        byte[] value =
            close < 0
                ? null
                : values.get(new String(bytes, i, close - i, StandardCharsets.ISO_8859_1));
        if (value != null) {
          out.appendBytes(bytes, copied, i - copied).appendBytes(value);
          copied = close;
          i = close - 1;
        }
      }
    }
    if (copied < to) {
      out.appendBytes(bytes, copied, to - copied);
    }
  }

  /** Behind the bracket that closes a placeholder as long as any here; -1 when there is none. */
  private int close(byte[] bytes, int open, int to) {
    int most = Math.min(to, open + longest);
    for (int i = open + 1; i < most; i++) {
      if (bytes[i] == ']') {
        return i + 1;
      }
      if (bytes[i] == '[') {
        return -1;
      }
    }
    return -1;
  }

  /**
   * Where the last bytes begin that may be the beginning of a placeholder; {@code to} when they
   * cannot.
   */
  int beginning(byte[] bytes, int from, int to) {
    for (int i = to - 1; i >= Math.max(from, to - longest + 1); i--) {
      if (bytes[i] == ']') {
        return to;
      }
      if (bytes[i] == '[') {
        String begun = new String(bytes, i, to - i, StandardCharsets.ISO_8859_1);
        String next = values.ceilingKey(begun);
        return next != null && next.startsWith(begun) ? i : to;
      }
    }
    return to;
  }
}
