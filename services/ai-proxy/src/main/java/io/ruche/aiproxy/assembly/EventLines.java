package io.ruche.aiproxy.assembly;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Server-sent events out of bytes that are cut anywhere. Only the data of each event is told;
 * names, ids and comments mean nothing here. Lines end with LF or CRLF.
 */
final class EventLines {

  private final Consumer<String> events;
  private Buffer line = Buffer.buffer();
  private final StringBuilder data = new StringBuilder();
  private final int longest;
  private boolean hasData;
  private boolean first = true;

  /**
   * Nothing has been read.
   *
   * @param longest bytes of one event; what is beyond is dropped with its event
   * @param events takes the data of each, the lines of one joined by line feeds
   */
  EventLines(int longest, Consumer<String> events) {
    this.longest = longest;
    this.events = events;
  }

  /** Reads on. */
  void feed(Buffer bytes) {
    int from = 0;
    for (int at = 0; at < bytes.length(); at++) {
      if (bytes.getByte(at) == '\n') {
        keep(bytes, from, at);
        endOfLine();
        from = at + 1;
      }
    }
    keep(bytes, from, bytes.length());
  }

  /** The stream has ended; an event without its blank line counts, since providers send such. */
  void end() {
    if (line.length() > 0) {
      endOfLine();
    }
    tell();
  }

  private void keep(Buffer bytes, int from, int to) {
    int room = longest - line.length();
    if (to > from && room > 0) {
      line.appendBuffer(bytes, from, Math.min(to - from, room));
    }
  }

  private void endOfLine() {
    int length = line.length();
    if (length > 0 && line.getByte(length - 1) == '\r') {
      length--;
    }
    String text = line.getString(0, length, StandardCharsets.UTF_8.name());
    line = Buffer.buffer();
    if (first && text.startsWith("\ufeff")) {
      text = text.substring(1);
    }
    first = false;
    if (text.isEmpty()) {
      tell();
    } else if (text.startsWith("data:") && data.length() < longest) {
      if (hasData) {
        data.append('\n');
      }
      data.append(text, text.startsWith("data: ") ? 6 : 5, text.length());
      hasData = true;
    }
  }

  private void tell() {
    if (hasData) {
      hasData = false;
      String told = data.toString();
      data.setLength(0);
      events.accept(told);
    }
  }
}
