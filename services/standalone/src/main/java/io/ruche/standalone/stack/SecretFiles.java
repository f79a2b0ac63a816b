package io.ruche.standalone.stack;

import java.util.LinkedHashMap;
import java.util.List;
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

  /** Of programs beside Ruche: ai-local.yml and tools.yml. */
  private static final List<String> OTHERS =
      List.of(
          "speech-api-key",
          "open-webui-secret-key",
          "open-webui-admin-password",
          "anythingllm-password",
          "anythingllm-jwt-secret",
          "anythingllm-sig-key",
          "anythingllm-sig-salt",
          "nocodb-jwt-secret",
          "nocodb-admin-password",
          "nocodb-encryption-key",
          "code-server-password");

  /** The tenants of multi-tenant.yml, which have stores of their own. */
  private static final List<String> TENANTS = List.of("azoth", "maximus", "koff");

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
    for (String name : OTHERS) {
      files.put(name, random.get());
    }
    files.put(
        "nocodb-postgres-url", "postgresql://nocodb:" + random.get() + "@postgres:5432/nocodb");
    n8n(files, "n8n-", "", random);
    files.put("n8n-redis-url", url("redis", "n8n", random, "n8n-redis:6379"));
    files.put("n8n-runners-token", random.get());
    TENANTS.forEach(tenant -> tenant(files, tenant, random));
    // oauth2-proxy takes 32 bytes for a key of AES; the provider's secret comes in the random one's
    // place.
    files.put("identity-cookie-secret", random.get().substring(0, 32));
    files.put("identity-client-secret", random.get());
    files.put("identity-password", random.get());
    return files;
  }

  private static void tenant(Map<String, String> files, String tenant, Supplier<String> random) {
    for (String account : List.of("admin", "ai-proxy", "embed-service")) {
      String stem = tenant + "-" + account;
      files.put(
          stem + "-mqtt-url",
          url("mqtt", account, random, "mosquitto-services-" + tenant + ":1883"));
      files.put(stem + "-redis-url", url("redis", account, random, "redis-" + tenant + ":6379"));
    }
    files.put(tenant + "-postgres-superuser-password", random.get());
    n8n(files, tenant + "-n8n-", "-" + tenant, random);
  }

  /** What every n8n has: a database, the key of its credentials and an account at S3. */
  private static void n8n(
      Map<String, String> files, String stem, String suffix, Supplier<String> random) {
    files.put(
        stem + "postgres-url", url("postgresql", "n8n", random, "postgres" + suffix + ":5432/n8n"));
    files.put(stem + "encryption-key", random.get());
    files.put(stem + "s3-secret-key", random.get());
  }

  private static String url(String scheme, String user, Supplier<String> random, String place) {
    return scheme + "://" + user + ":" + random.get() + "@" + place;
  }
}
