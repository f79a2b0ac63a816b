package io.ruche.aiproxy.assembly;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one answer, put together from their pieces. A piece belongs to the call of its
 * index; some providers send whole calls without an index, or give every call the same one and only
 * another id.
 */
final class ToolCalls {

  private static final int MOST = 10_000;

  private final List<Call> calls = new ArrayList<>();

  private static final class Call {
    private final @Nullable Integer index;
    private final Map<String, Object> fields = new LinkedHashMap<>();
    private final Map<String, Object> function = new LinkedHashMap<>();
    private final StringBuilder arguments = new StringBuilder();

    Call(@Nullable Integer index) {
      this.index = index;
    }
  }

  /** Adds the member {@code tool_calls} of a delta; returns about how many characters it has. */
  long add(@Nullable Object delta) {
    long size = 0;
    if (delta instanceof JsonArray pieces) {
      for (Object piece : pieces) {
        if (piece instanceof JsonObject object) {
          size += add(object);
        }
      }
    }
    return size;
  }

  private long add(JsonObject piece) {
    Call call = find(piece);
    long size = 0;
    for (Map.Entry<String, Object> field : piece) {
      if (field.getKey().equals("function") && field.getValue() instanceof JsonObject function) {
        size += addFunction(call, function);
      } else if (!field.getKey().equals("index") && field.getValue() != null) {
        call.fields.put(field.getKey(), field.getValue());
      }
    }
    return size + 1;
  }

  private Call find(JsonObject piece) {
    Integer index = piece.getValue("index") instanceof Number number ? number.intValue() : null;
    Object id = piece.getValue("id");
    boolean named = id instanceof String text && !text.isEmpty();
    for (int i = calls.size() - 1; i >= 0; i--) {
      Call call = calls.get(i);
      boolean same = index == null ? !named : index.equals(call.index);
      Object known = call.fields.get("id");
      if (same && (!named || known == null || known.equals(id))) {
        return call;
      }
      if (same) {
        break;
      }
    }
    Call fresh = new Call(index);
    if (calls.size() < MOST) {
      calls.add(fresh);
    }
    return fresh;
  }

  private static long addFunction(Call call, JsonObject function) {
    long size = 0;
    for (Map.Entry<String, Object> field : function) {
      Object value = field.getValue();
      if (field.getKey().equals("arguments")) {
        // Whole objects are what Ollama's own API has; in OpenAI's they are text.
        String text =
            value instanceof JsonObject whole
                ? whole.encode()
                : value == null ? "" : value.toString();
        call.arguments.append(text);
        size += text.length();
      } else if (value != null && !value.equals("")) {
        call.function.put(field.getKey(), value);
      }
    }
    return size;
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /** The calls in the order in which they began. */
  JsonArray whole() {
    JsonArray whole = new JsonArray();
    for (Call call : calls) {
      JsonObject function = new JsonObject(new LinkedHashMap<>(call.function));
      JsonObject told = new JsonObject(new LinkedHashMap<>(call.fields));
      if (!told.containsKey("type")) {
        told.put("type", "function");
      }
      whole.add(told.put("function", function.put("arguments", call.arguments.toString())));
    }
    return whole;
  }
}
