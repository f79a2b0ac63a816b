package io.ruche.aiproxy.events;

import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The two forms of a chat command's payload: a chat.completions body, which goes out as it came,
 * and the shorthand {@code {"prompt": "..."}}, from which a body is made.
 */
final class ChatBody {

  /** The shorthand's fields; anything else in it is refused, because it would be lost silently. */
  static final List<String> SHORTHAND =
      List.of("prompt", "system", "model", "temperature", "max_tokens");

  private static final String STREAM =
      "\"stream\":true,\"stream_options\":{\"include_usage\":true},";

  private static final int MAX_TEMPERATURE = 2;

  private ChatBody() {}

  /**
   * The chat.completions body to send.
   *
   * @throws Failure that says what is wrong and where
   */
  static Buffer of(Buffer payload, String defaultModel) {
    JsonObject object = object(payload);
    boolean messages = object.containsKey("messages");
    boolean prompt = object.containsKey("prompt");
    if (messages && prompt) {
      throw wrong("The payload has both messages and prompt; send one of them.");
    }
    if (prompt) {
      return expand(object, defaultModel);
    }
    if (!messages) {
      throw wrong(
          "The payload has neither prompt nor messages; send {\"prompt\": \"...\"} or a"
              + " chat.completions body.");
    }
    if (JsonRequest.read(Operation.CHAT, payload).stream()) {
      throw wrong(
          "stream is true; a command is answered whole, so leave stream out. For pieces of the"
              + " answer on the reply topic send \"ruche\": {\"stream\": true}.");
    }
    return payload;
  }

  /** The body that asks for the same answer in pieces, with the usage at its end. */
  static Buffer streamed(JsonRequest request) {
    Buffer body = request.body();
    JsonObject object = new JsonObject(body);
    if (!object.containsKey("stream") && !object.containsKey("stream_options")) {
      int open = request.places().open();
      return Buffer.buffer(body.length() + STREAM.length())
          .appendBuffer(body, 0, open)
          .appendString(STREAM)
          .appendBuffer(body, open, body.length() - open);
    }
    object.put("stream", true);
    if (!(object.getValue("stream_options") instanceof JsonObject)) {
      object.put("stream_options", new JsonObject().put("include_usage", true));
    }
    return object.toBuffer();
  }

  private static JsonObject object(Buffer payload) {
    try {
      return new JsonObject(payload);
    } catch (DecodeException | ClassCastException e) {
      // The scan of a body tells more exactly what is wrong with it.
      JsonRequest.read(Operation.CHAT, payload);
      throw wrong("The payload is not a JSON object.");
    }
  }

  private static Buffer expand(JsonObject shorthand, String defaultModel) {
    Set<String> unknown = new TreeSet<>(shorthand.fieldNames());
    SHORTHAND.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw wrong(
          "The shorthand has no "
              + String.join(", ", unknown)
              + "; it has "
              + String.join(", ", SHORTHAND)
              + ". Send a chat.completions body with messages for more.");
    }
    JsonArray messages = new JsonArray();
    if (shorthand.containsKey("system")) {
      messages.add(message("system", text(shorthand, "system")));
    }
    messages.add(message("user", text(shorthand, "prompt")));
    JsonObject body =
        new JsonObject()
            .put("model", shorthand.containsKey("model") ? text(shorthand, "model") : defaultModel)
            .put("messages", messages);
    if (shorthand.containsKey("temperature")) {
      body.put("temperature", temperature(shorthand.getValue("temperature")));
    }
    if (shorthand.containsKey("max_tokens")) {
      body.put("max_tokens", maxTokens(shorthand.getValue("max_tokens")));
    }
    return body.toBuffer();
  }

  private static JsonObject message(String role, String content) {
    return new JsonObject().put("role", role).put("content", content);
  }

  private static String text(JsonObject shorthand, String field) {
    if (shorthand.getValue(field) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw wrong(field + " must be a string that is not blank.");
  }

  private static Number temperature(Object value) {
    if (value instanceof Number n && n.doubleValue() >= 0 && n.doubleValue() <= MAX_TEMPERATURE) {
      return n;
    }
    throw wrong("temperature must be a number from 0 to " + MAX_TEMPERATURE + ".");
  }

  private static Number maxTokens(Object value) {
    if (value instanceof Integer n && n >= 1) {
      return n;
    }
    throw wrong("max_tokens must be a whole number of at least 1.");
  }

  private static Failure wrong(String detail) {
    return Failure.of(400, "invalid_command", "The command's payload is not valid", detail);
  }
}
