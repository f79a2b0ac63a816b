package io.ruche.aiproxy.guard.redact;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.buffer.Buffer;

/**
 * A text of a response.
 *
 * @param kind the type of its events up to their last dot, such as {@code response.output_text}
 * @param item the id of the item that it is in
 * @param ids its place in the response, as numbers of JSON with a comma behind each, in the order
 *     of their names
 */
record ResponseSlot(String kind, String item, String ids) implements Slot {

  @Override
  public Buffer event(String head, byte[] text) {
    String type = quoted(kind + ResponseEvent.DELTA);
    return Buffer.buffer("event: " + type + "\ndata: {\"type\":\"" + type + "\"," + head)
        .appendString("\"item_id\":\"" + quoted(item) + "\"," + ids + "\"delta\":\"")
        .appendBytes(text)
        .appendString("\"}\n\n");
  }

  private static String quoted(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }
}
