package io.ruche.aiproxy.objects;

import io.ruche.aiproxy.operation.FieldFailures;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted.
 *
 * @param after the last one of the part before; null for the first part
 * @param limit how many, 1 to {@link #MOST}
 */
public record Page(@Nullable String after, int limit) {

  /** Each one is asked of its provider, so that a page cannot be long. */
  static final int MOST = 100;

  private static final int USUAL = 20;

  /**
   * As a query says it; more than there can be on a page are as many as can.
   *
   * @throws Failure 400 that names the parameter
   */
  public static Page of(MultiMap query) {
    String after = query.get("after");
    if (after != null && !ProviderObject.isId(after)) {
      throw FieldFailures.wrong("invalid_value", "after", "after must be the id of an object.");
    }
    String limit = query.get("limit");
    if (limit == null) {
      return new Page(after, USUAL);
    }
    if (!limit.matches("[1-9][0-9]{0,8}")) {
      throw FieldFailures.wrong(
          "invalid_value", "limit", "limit must be a whole number of at least 1.");
    }
    return new Page(after, Math.min(MOST, Integer.parseInt(limit)));
  }

  /**
   * The list in OpenAI's shape.
   *
   * @param shown those of the page, also those that are not at their provider any more
   */
  JsonObject of(List<ProviderObject> shown, List<JsonObject> found, boolean more) {
    return new JsonObject()
        .put("object", "list")
        .put("data", new JsonArray(List.copyOf(found)))
        .put("first_id", shown.isEmpty() ? null : shown.getFirst().id())
        .put("last_id", shown.isEmpty() ? null : shown.getLast().id())
        .put("has_more", more);
  }
}
