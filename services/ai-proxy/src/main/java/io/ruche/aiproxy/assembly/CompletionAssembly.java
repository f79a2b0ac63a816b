package io.ruche.aiproxy.assembly;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@code chat.completion} made of its chunks: what the provider would have answered without
 * {@code stream}. Fields that are unknown here are kept: text is joined, lists too, and of anything
 * else the last one counts.
 */
final class CompletionAssembly {

  private static final Set<String> OWN = Set.of("object", "choices", "usage", "x_groq", "error");

  private final Map<String, Object> fields = new LinkedHashMap<>();
  private final Map<Integer, Choice> choices = new TreeMap<>();
  private final Map<String, Object> groq = new LinkedHashMap<>();
  private @Nullable JsonObject usage;
  private @Nullable JsonObject error;
  private long size;

  /** One of the answers. */
  private static final class Choice {
    private final Map<String, Object> fields = new LinkedHashMap<>();
    private final Map<String, Object> message = new LinkedHashMap<>();
    private final ToolCalls calls = new ToolCalls();
    private @Nullable Object finishReason;
  }

  /** Adds a chunk. Returns the text that it brings to the first answer; empty when none. */
  String add(JsonObject chunk) {
    if (chunk.getValue("error") instanceof JsonObject told) {
      error = told;
    }
    if (chunk.getValue("usage") instanceof JsonObject told) {
      usage = told;
    }
    if (chunk.getValue("x_groq") instanceof JsonObject told) {
      addGroq(told);
    }
    for (Map.Entry<String, Object> field : chunk) {
      if (!OWN.contains(field.getKey()) && field.getValue() != null) {
        fields.put(field.getKey(), field.getValue());
      }
    }
    StringBuilder text = new StringBuilder();
    if (chunk.getValue("choices") instanceof JsonArray told) {
      for (Object one : told) {
        if (one instanceof JsonObject choice) {
          text.append(addChoice(choice));
        }
      }
    }
    return text.toString();
  }

  private void addGroq(JsonObject told) {
    for (Map.Entry<String, Object> field : told) {
      if (!field.getKey().equals("usage")) {
        groq.put(field.getKey(), field.getValue());
      } else if (usage == null && field.getValue() instanceof JsonObject its) {
        usage = its;
      }
    }
    if (told.getValue("error") instanceof String message) {
      error = new JsonObject().put("message", message);
    }
  }

  private String addChoice(JsonObject told) {
    int index = told.getValue("index") instanceof Number number ? number.intValue() : 0;
    Choice choice = choices.computeIfAbsent(index, fresh -> new Choice());
    for (Map.Entry<String, Object> field : told) {
      switch (field.getKey()) {
        case "index", "delta" -> {}
        case "finish_reason" -> {
          if (field.getValue() != null) {
            choice.finishReason = field.getValue();
          }
        }
        default -> merge(choice.fields, field.getKey(), field.getValue());
      }
    }
    if (!(told.getValue("delta") instanceof JsonObject delta)) {
      return "";
    }
    for (Map.Entry<String, Object> field : delta) {
      Object value = field.getValue();
      switch (field.getKey()) {
        case "role" -> choice.message.putIfAbsent("role", value);
        case "tool_calls" -> size += choice.calls.add(value);
        default -> merge(choice.message, field.getKey(), value);
      }
    }
    return index == 0 && delta.getValue("content") instanceof String text ? text : "";
  }

  private void merge(Map<String, Object> into, String name, @Nullable Object value) {
    Object before = into.get(name);
    if (value == null) {
      into.putIfAbsent(name, null);
    } else if (value instanceof String text) {
      size += text.length();
      if (before instanceof StringBuilder begun) {
        begun.append(text);
      } else {
        StringBuilder builder = new StringBuilder();
        if (before instanceof String some) {
          builder.append(some);
        }
        into.put(name, builder.append(text));
      }
    } else if (value instanceof JsonArray more && before instanceof JsonArray some) {
      size += more.size();
      some.addAll(more);
    } else if (value instanceof JsonObject more && before instanceof JsonObject some) {
      size += more.size();
      Map<String, Object> inner = new LinkedHashMap<>();
      some.forEach(field -> inner.put(field.getKey(), field.getValue()));
      more.forEach(field -> merge(inner, field.getKey(), field.getValue()));
      into.put(name, new JsonObject(inner));
    } else {
      into.put(name, value instanceof JsonArray first ? first.copy() : value);
    }
  }

  /** What the provider said went wrong in the middle, or null. */
  @Nullable JsonObject error() {
    return error;
  }

  /** Whether every answer was brought to its end. */
  boolean isComplete() {
    return !choices.isEmpty()
        && choices.values().stream().allMatch(choice -> choice.finishReason != null);
  }

  /** About how many characters it has. */
  long size() {
    return size;
  }

  /** The whole, as far as it has come. */
  JsonObject completion() {
    JsonObject whole = new JsonObject();
    put(whole, "id", fields.get("id"));
    whole.put("object", "chat.completion");
    JsonArray told = new JsonArray();
    choices.forEach((index, choice) -> told.add(choice(index, choice)));
    fields.forEach((name, value) -> put(whole, name, value));
    whole.put("choices", told);
    put(whole, "usage", usage);
    if (!groq.isEmpty()) {
      whole.put("x_groq", plain(new JsonObject(groq)));
    }
    return whole;
  }

  private static JsonObject choice(int index, Choice choice) {
    JsonObject message = new JsonObject();
    Object role = choice.message.get("role");
    message.put("role", role == null ? "assistant" : role);
    message.put("content", empty(choice) ? null : plain(choice.message.get("content")));
    choice.message.forEach(
        (name, value) -> {
          if (!name.equals("role") && !name.equals("content")) {
            message.put(name, plain(value));
          }
        });
    if (!choice.calls.isEmpty()) {
      message.put("tool_calls", choice.calls.whole());
    }
    JsonObject told = new JsonObject().put("index", index).put("message", message);
    choice.fields.forEach((name, value) -> told.put(name, plain(value)));
    return told.put("finish_reason", choice.finishReason);
  }

  /** Whether it says nothing because it calls tools: the content is null then, not empty. */
  private static boolean empty(Choice choice) {
    Object content = choice.message.get("content");
    return content == null
        || (!choice.calls.isEmpty() && content instanceof CharSequence text && text.isEmpty());
  }

  private static void put(JsonObject into, String name, @Nullable Object value) {
    if (value != null) {
      into.put(name, plain(value));
    }
  }

  /** Text in place of what it was joined in. */
  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof StringBuilder text) {
      return text.toString();
    }
    if (value instanceof JsonObject object) {
      JsonObject copy = new JsonObject();
      object.getMap().forEach((name, inner) -> copy.put(name, plain(inner)));
      return copy;
    }
    return value;
  }
}
