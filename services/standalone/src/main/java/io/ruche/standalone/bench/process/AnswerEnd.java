package io.ruche.standalone.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Where an HTTP/1.1 answer ends; only what a proxy may send for a small JSON body. */
public final class AnswerEnd {

  private static final String OK = "http/1.1 200";
  private static final String ACCEPTED = "http/1.1 202";
  private static final String LENGTH = "\r\ncontent-length:";
  private static final String CHUNKED = "\r\ntransfer-encoding: chunked";
  private static final String LAST_CHUNK = "\r\n0\r\n\r\n";

  private AnswerEnd() {}

  /**
   * Whether the first {@code length} bytes hold the whole answer.
   *
   * @throws IOException when it is neither a 200 nor a 202
   */
  public static boolean isReached(byte[] bytes, int length) throws IOException {
    int head = endOfHead(bytes, length);
    if (head < 0) {
      return false;
    }
    String text = new String(bytes, 0, head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (!text.startsWith(OK) && !text.startsWith(ACCEPTED)) {
      throw new IOException(
          "an answer was neither a 200 nor a 202: "
              + new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
    }
    int at = text.indexOf(LENGTH);
    if (at >= 0) {
      int from = at + LENGTH.length();
      return length
          >= head + Integer.parseInt(text.substring(from, text.indexOf('\r', from)).strip());
    }
    if (!text.contains(CHUNKED)) {
      throw new IOException("an answer has neither a length nor chunks");
    }
    String end =
        new String(
            bytes,
            Math.max(head - 2, length - LAST_CHUNK.length()),
            Math.min(LAST_CHUNK.length(), length - head + 2),
            StandardCharsets.ISO_8859_1);
    return end.equals(LAST_CHUNK);
  }

  /** Where the body begins, or -1. */
  private static int endOfHead(byte[] bytes, int length) {
    for (int i = 3; i < length; i++) {
      if (bytes[i] == '\n'
          && bytes[i - 1] == '\r'
          && bytes[i - 2] == '\n'
          && bytes[i - 3] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }
}
