package io.ruche.auth.admin;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The limits of a key as JSON, {@code {"rpm": 60}}; an absent or null one is no limit. */
final class KeyLimits {

  private KeyLimits() {}

  static JsonObject of(ApiKey key) {
    JsonObject limits = new JsonObject();
    if (key.rpm() != null) {
      limits.put("rpm", key.rpm());
    }
    return limits;
  }

  /** Requests a minute; null for no limit. */
  static @Nullable Integer rpm(JsonObject limits) {
    return limits.getInteger("rpm");
  }

  /** Changes the limits that are named; those that are not stay as they are. */
  static Future<Optional<ApiKey>> change(
      KeyStore store, String tenant, String name, JsonObject limits) {
    return store.limit(tenant, name, now -> limits.containsKey("rpm") ? rpm(limits) : now);
  }
}
