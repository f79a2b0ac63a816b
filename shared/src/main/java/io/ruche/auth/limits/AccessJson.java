package io.ruche.auth.limits;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a key may ask for as JSON, {@code {"models": ["openai/*"], "max_output_tokens": 1000}}, in
 * the database and in the API; an absent, null or empty member restricts nothing.
 */
public final class AccessJson {

  private AccessJson() {}

  /** As JSON, with what is restricted only. */
  public static JsonObject of(Access access) {
    JsonObject json = new JsonObject();
    access
        .byName()
        .forEach(
            (name, value) -> json.put(name, value instanceof List<?> l ? new JsonArray(l) : value));
    return json;
  }

  /** What JSON names, in place of what there was; the rest stays. Its types were checked before. */
  public static Access of(JsonObject json, Access before) {
    return new Access(
        patterns(json, "models", before.models()),
        patterns(json, "deny_models", before.denyModels()),
        tokens(json, "max_input_tokens", before.maxInputTokens()),
        tokens(json, "max_output_tokens", before.maxOutputTokens()));
  }

  private static List<String> patterns(JsonObject json, String name, List<String> before) {
    if (!json.containsKey(name)) {
      return before;
    }
    JsonArray asked = json.getJsonArray(name);
    return asked == null ? List.of() : asked.stream().map(String::valueOf).distinct().toList();
  }

  private static @Nullable Long tokens(JsonObject json, String name, @Nullable Long before) {
    return json.containsKey(name) ? json.getLong(name) : before;
  }
}
