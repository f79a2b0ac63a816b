package io.ruche.bus.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A receipt promises the disk, so a Redis that does not write through, or that evicts, is not used.
 */
final class Durability {

  private static final Logger LOG = LoggerFactory.getLogger(Durability.class);

  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

  private Durability() {}

  /**
   * Fails, and with it the connection, when a setting is wrong, saying which and what is right.
   *
   * @param replicas how many must have a write on disk; more than 0 needs WAITAOF
   */
  static Future<Void> require(RedisConnection connection, int replicas) {
    return requireWaitAof(connection, replicas)
        .compose(ignored -> require(connection, "appendonly", "yes"))
        .compose(ignored -> require(connection, "appendfsync", "always"))
        .compose(ignored -> require(connection, "maxmemory-policy", "noeviction"));
  }

  private static Future<Void> requireWaitAof(RedisConnection connection, int replicas) {
    if (replicas == 0) {
      return Future.succeededFuture();
    }
    return connection
        .send(Request.cmd(Command.INFO).arg("server"))
        .compose(
            info -> {
              String version = version(info.toString());
              return hasWaitAof(version)
                  ? Future.succeededFuture()
                  : Future.failedFuture(
                      "this is Redis "
                          + version
                          + ", but bus.replicas is "
                          + replicas
                          + ", which needs Redis 7.2 or newer (WAITAOF)");
            });
  }

  /** The version that the answer of INFO tells, or an empty text. */
  static String version(String info) {
    return info.lines()
        .filter(line -> line.startsWith("redis_version:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  static boolean hasWaitAof(String version) {
    Matcher numbers = VERSION.matcher(version);
    if (!numbers.lookingAt()) {
      return false;
    }
    int major = Integer.parseInt(numbers.group(1));
    return major > 7 || (major == 7 && Integer.parseInt(numbers.group(2)) >= 2);
  }

  private static Future<Void> require(RedisConnection connection, String setting, String right) {
    return connection
        .send(Request.cmd(Command.CONFIG).arg("GET").arg(setting))
        .transform(
            asked -> {
              if (asked.failed()) {
                // A managed Redis forbids CONFIG; then its operator answers for it.
                LOG.warn("{} cannot be checked: {}", setting, asked.cause().getMessage());
                return Future.succeededFuture();
              }
              Response value = asked.result().get(setting);
              return value == null || value.toString().equals(right)
                  ? Future.succeededFuture()
                  : Future.failedFuture(
                      setting
                          + " is '"
                          + value
                          + "', but a receipt promises the disk: set it to '"
                          + right
                          + "'");
            });
  }
}
