package io.ruche.standalone.stack;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The secrets of the stack by the names of their files, which are those of the Docker secrets too.
 *
 * <p>An account's password stands once, in the address that its service reads; the store's own
 * start takes it from there.
 */
final class SecretFiles {

  /** Every account at the stores, and its role in PostgreSQL. */
  private static final Map<String, String> ACCOUNTS = accounts();

  private SecretFiles() {}

  private static Map<String, String> accounts() {
    Map<String, String> accounts = new LinkedHashMap<>();
    accounts.put("ai-proxy", "ai_proxy");
    accounts.put("embed-service", "embed_service");
    // Migrations and the command line.
    accounts.put("admin", "ruche_admin");
    // Exporters of metrics.
    accounts.put("monitor", "ruche_monitor");
    return accounts;
  }

  /**
   * Every file and its text.
   *
   * @param random a new password of letters and digits, at most 40 characters, which is what MinIO
   *     takes
   */
  static Map<String, String> fresh(Supplier<String> random) {
    Map<String, String> files = new LinkedHashMap<>();
    ACCOUNTS.forEach(
        (account, role) -> {
          files.put(account + "-mqtt-url", url("mqtt", account, random, "mosquitto-services:1883"));
          files.put(account + "-redis-url", url("redis", account, random, "redis-bus:6379"));
          files.put(account + "-hot-redis-url", url("redis", account, random, "redis-hot:6379"));
          files.put(
              account + "-postgres-url", url("postgresql", role, random, "postgres:5432/ruche"));
          files.put(account + "-s3-secret-key", random.get());
        });
    files.put("postgres-superuser-password", random.get());
    files.put("minio-root-password", random.get());
    files.put("qdrant-api-key", random.get());
    files.put("grafana-admin-password", random.get());
    // oauth2-proxy takes 32 bytes for a key of AES; the provider's secret comes in the random one's
    // place.
    files.put("identity-cookie-secret", random.get().substring(0, 32));
    files.put("identity-client-secret", random.get());
    files.put("identity-password", random.get());
    return files;
  }

  private static String url(String scheme, String user, Supplier<String> random, String place) {
    return scheme + "://" + user + ":" + random.get() + "@" + place;
  }
}
