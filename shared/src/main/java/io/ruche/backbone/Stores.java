package io.ruche.backbone;

import io.ruche.config.SecretUri;
import io.ruche.store.S3Address;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the stores of a process are.
 *
 * @param s3 null where there is none; what needs it says so
 */
public record Stores(
    SecretUri mqtt,
    SecretUri redis,
    SecretUri hotRedis,
    SecretUri postgres,
    @Nullable S3Address s3) {

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
    return new Stores(mqtt, redis, hot, postgres, config.s3().address());
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
