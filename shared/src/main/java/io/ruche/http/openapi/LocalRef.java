package io.ruche.http.openapi;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON pointers (RFC 6901) within one document. */
final class LocalRef {

  private static final int MAX_HOPS = 16;

  private LocalRef() {}

  /** The object itself, or what its {@code $ref} names in the document. */
  static JsonObject follow(JsonObject document, JsonObject object) {
    JsonObject at = object;
    for (int hop = 0; hop < MAX_HOPS; hop++) {
      String ref = at.getString("$ref");
      if (ref == null) {
        return at;
      }
      if (!(ref.startsWith("#/") && step(document, ref.substring(1)) instanceof JsonObject next)) {
        throw new IllegalArgumentException(
            "the contract refers to " + ref + ", which is not in it");
      }
      at = next;
    }
    throw new IllegalArgumentException("the contract has a reference that never ends");
  }

  /**
   * What a pointer names, {@code /a/0/b}; null when there is nothing, the root for an empty
   * pointer.
   */
  static @Nullable Object step(Object root, String pointer) {
    Object at = root;
    for (String token : tokens(pointer)) {
      at = child(at, token);
      if (at == null) {
        return null;
      }
    }
    return at;
  }

  static List<String> tokens(String pointer) {
    if (pointer.isEmpty()) {
      return List.of();
    }
    return List.of(pointer.substring(1).split("/", -1)).stream()
        .map(token -> token.replace("~1", "/").replace("~0", "~"))
        .toList();
  }

  static @Nullable Object child(Object parent, String token) {
    if (parent instanceof JsonObject object) {
      return object.getValue(token);
    }
    if (parent instanceof JsonArray array) {
      int index = token.matches("[0-9]{1,9}") ? Integer.parseInt(token) : -1;
      return index >= 0 && index < array.size() ? array.getValue(index) : null;
    }
    return null;
  }
}
