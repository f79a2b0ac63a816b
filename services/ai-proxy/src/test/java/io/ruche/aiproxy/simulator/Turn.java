package io.ruche.aiproxy.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model says to a request: an echo of the prompt; JSON that fits the schema which the
 * request asks for; or, when a user speaks and there are tools, a call of one of them.
 *
 * @param text what it says, empty when it calls a tool
 * @param tool the name of the tool that it calls
 * @param arguments of that call, as JSON
 * @param size characters of each piece of a stream; 0 for three pieces
 * @param free whether a stream of it is as long and as padded as the behaviour says
 */
record Turn(String text, @Nullable String tool, String arguments, int size, boolean free) {

  private static final String CALL_ID = "call_simulated";
  private static final int FRAGMENTS = 3;

  /** What it says when all it does is to echo, in pieces of so many characters. */
  static Turn echoing(JsonObject request, int size) {
    String prompt = String.valueOf(last(request.getValue("messages")).getValue("content", ""));
    JsonObject tool = tool(request);
    return tool == null
        ? new Turn("Echo: " + prompt, null, "", size, false)
        : new Turn(
            "", tool.getString("name"), new JsonObject().put("echo", prompt).encode(), size, false);
  }

  static Turn of(JsonObject request) {
    JsonObject last = last(request.getValue("messages"));
    String prompt = String.valueOf(last.getValue("content", ""));
    JsonObject tool = tool(request);
    if (tool != null && "user".equals(last.getValue("role"))) {
      String arguments = SchemaSample.of(object(tool, "parameters"));
      return new Turn("", tool.getString("name"), arguments, 0, false);
    }
    JsonObject format = object(request, "response_format");
    return switch (format.getString("type", "text")) {
      case "json_schema" ->
          said(SchemaSample.of(object(object(format, "json_schema"), "schema")), false);
      case "json_object" -> said(new JsonObject().put("echo", prompt).encode(), false);
      default -> echo(prompt);
    };
  }

  /** What it says to a prompt when nothing else is asked for. */
  static Turn echo(String prompt) {
    return said("Echo: " + prompt, true);
  }

  private static Turn said(String text, boolean free) {
    return new Turn(text, null, "", 0, free);
  }

  private static JsonObject last(@Nullable Object messages) {
    return messages instanceof JsonArray all
            && !all.isEmpty()
            && all.getValue(all.size() - 1) instanceof JsonObject last
        ? last
        : new JsonObject();
  }

  /** The function that is asked for by name, or the first; null when none may be called. */
  private static @Nullable JsonObject tool(JsonObject request) {
    if (!(request.getValue("tools") instanceof JsonArray tools)
        || "none".equals(request.getValue("tool_choice"))) {
      return null;
    }
    String wanted = object(object(request, "tool_choice"), "function").getString("name");
    return tools.stream()
        .filter(JsonObject.class::isInstance)
        .map(tool -> object((JsonObject) tool, "function"))
        .filter(function -> wanted == null || wanted.equals(function.getString("name")))
        .findFirst()
        .orElse(null);
  }

  private static JsonObject object(JsonObject of, String member) {
    return of.getValue(member) instanceof JsonObject value ? value : new JsonObject();
  }

  /** Why it ends, in OpenAI's words. */
  String finishReason() {
    return tool == null ? "stop" : "tool_calls";
  }

  /** The whole message. */
  JsonObject message(String padding) {
    JsonObject message = new JsonObject().put("role", "assistant");
    return tool == null
        ? message.put("content", text + padding)
        : message.putNull("content").put("tool_calls", new JsonArray().add(call(arguments)));
  }

  /** The pieces of a stream between its opening and its end, cut inside words. */
  List<JsonObject> deltas() {
    List<JsonObject> deltas = new ArrayList<>();
    if (tool == null) {
      fragments(text).forEach(piece -> deltas.add(new JsonObject().put("content", piece)));
    } else {
      deltas.add(delta(call("").put("index", 0)));
      for (String piece : fragments(arguments)) {
        JsonObject function = new JsonObject().put("arguments", piece);
        deltas.add(delta(new JsonObject().put("index", 0).put("function", function)));
      }
    }
    return deltas;
  }

  private static JsonObject delta(JsonObject call) {
    return new JsonObject().put("tool_calls", new JsonArray().add(call));
  }

  private JsonObject call(String arguments) {
    return new JsonObject()
        .put("id", CALL_ID)
        .put("type", "function")
        .put("function", new JsonObject().put("name", tool).put("arguments", arguments));
  }

  private List<String> fragments(String whole) {
    List<String> pieces = new ArrayList<>();
    int each = size > 0 ? size : Math.ceilDiv(whole.length(), FRAGMENTS);
    for (int at = 0; at < whole.length(); at += each) {
      pieces.add(whole.substring(at, Math.min(whole.length(), at + each)));
    }
    return pieces;
  }
}
