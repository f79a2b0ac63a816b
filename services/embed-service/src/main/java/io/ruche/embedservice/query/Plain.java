package io.ruche.embedservice.query;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as plain maps and lists, whichever way it was made. */
final class Plain {

  private Plain() {}

  static Map<String, Object> map(JsonObject json) {
    Map<String, Object> plain = new LinkedHashMap<>();
    json.forEach(member -> plain.put(member.getKey(), value(member.getValue())));
    return plain;
  }

  @SuppressWarnings("NullAway") // A null in JSON is one here, for the reader to refuse.
  private static Object value(@Nullable Object value) {
    return switch (value) {
      case JsonObject object -> map(object);
      case JsonArray array -> {
        List<Object> list = new ArrayList<>();
        array.forEach(item -> list.add(value(item)));
        yield list;
      }
      case null, default -> value;
    };
  }
}
