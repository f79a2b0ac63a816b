package io.ruche.backbone;

import io.ruche.config.SecretUri;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the stores of a process are, all of them known. */
public record Stores(SecretUri mqtt, SecretUri redis, SecretUri hotRedis, SecretUri postgres) {

  /**
   * The stores that a configuration names.
   *
   * @throws IllegalArgumentException naming every variable that is missing
   */
  public static Stores of(BackboneConfig config) {
    List<String> missing = new ArrayList<>();
    SecretUri mqtt = required(config.mqtt().url(), "RUCHE_MQTT_URL", missing);
    SecretUri redis = required(config.redis().url(), "RUCHE_REDIS_URL", missing);
    SecretUri hot = required(config.hotRedis().url(), "RUCHE_HOT_REDIS_URL", missing);
    SecretUri postgres = required(config.postgres().url(), "RUCHE_POSTGRES_URL", missing);
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "a service on its own needs its stores: set " + String.join(", ", missing));
    }
    return new Stores(mqtt, redis, hot, postgres);
  }

  private static SecretUri required(
      @Nullable SecretUri url, String variable, List<String> missing) {
    if (url == null) {
      missing.add(variable);
      return new SecretUri(java.net.URI.create("none:"));
    }
    return url;
  }
}
