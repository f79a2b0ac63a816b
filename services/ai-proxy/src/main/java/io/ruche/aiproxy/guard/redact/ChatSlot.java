package io.ruche.aiproxy.guard.redact;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.buffer.Buffer;

/**
 * A text of a chat.completion.chunk.
 *
 * @param choice its choice's index
 * @param call the index of the tool call whose arguments it is; {@link #NO_CALL} for other texts
 * @param field its name within the delta, or within the call's function
 */
record ChatSlot(int choice, int call, String field) implements Slot {

  static final int NO_CALL = -1;

  ChatSlot ofChoice(int index) {
    return new ChatSlot(index, call, field);
  }

  ChatSlot ofCall(int index) {
    return new ChatSlot(choice, index, field);
  }

  @Override
  public Buffer event(String head, byte[] text) {
    Buffer event =
        Buffer.buffer("data: {" + head + "\"choices\":[{\"index\":" + choice + ",\"delta\":{");
    boolean isCall = call != NO_CALL;
    if (isCall) {
      event.appendString("\"tool_calls\":[{\"index\":" + call + ",\"function\":{");
    }
    return event
        .appendString("\"" + new String(JsonStringEncoder.getInstance().quoteAsString(field)))
        .appendString("\":\"")
        .appendBytes(text)
        .appendString("\"" + (isCall ? "}}]" : "") + "},\"finish_reason\":null}]}\n\n");
  }
}
