package io.ruche.auth.admin;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyStore;
import io.ruche.auth.limits.AccessJson;
import io.ruche.auth.limits.Dollars;
import io.ruche.auth.limits.Limits;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a key as JSON, {@code {"rpm": 60, "usd_per_day": 4.5}}; an absent or null one is no
 * limit.
 */
final class KeyLimits {

  /** Money by its name in the store, in nano-dollars, and in JSON, in dollars. */
  private static final Map<String, String> MONEY =
      Map.of("nano_usd_per_day", "usd_per_day", "nano_usd_per_month", "usd_per_month");

  private KeyLimits() {}

  static JsonObject of(ApiKey key) {
    JsonObject json = new JsonObject();
    key.limits()
        .byName()
        .forEach(
            (name, value) -> {
              String dollars = MONEY.get(name);
              if (dollars == null) {
                json.put(name, value);
              } else {
                json.put(dollars, new BigDecimal(Dollars.shown(value)));
              }
            });
    return json;
  }

  /**
   * The limits that JSON names in place of those there were.
   *
   * @throws IllegalArgumentException when an amount does not fit
   */
  static Limits of(JsonObject json, Limits before) {
    Map<String, Long> former = before.byName();
    return Limits.of(name -> value(json, name, former.get(name)));
  }

  private static @Nullable Number value(JsonObject json, String name, @Nullable Long former) {
    String dollars = MONEY.get(name);
    String field = dollars == null ? name : dollars;
    if (!json.containsKey(field)) {
      return former;
    }
    Number asked = json.getNumber(field);
    return asked == null || dollars == null ? asked : (Number) Dollars.nanos(asked.doubleValue());
  }

  /** Changes the limits and the access that are named; those that are not stay as they are. */
  static Future<Optional<ApiKey>> change(
      KeyStore store, String tenant, String name, JsonObject changes) {
    JsonObject limits = changes.getJsonObject("limits", new JsonObject());
    JsonObject access = changes.getJsonObject("access", new JsonObject());
    return store.limit(tenant, name, now -> of(limits, now), now -> AccessJson.of(access, now));
  }
}
