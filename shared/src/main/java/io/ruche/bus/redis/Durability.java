package io.ruche.bus.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A receipt promises the disk, so a Redis that does not write through, or that evicts, is not used.
 */
final class Durability {

  private static final Logger LOG = LoggerFactory.getLogger(Durability.class);

  private Durability() {}

  /** Fails, and with it the connection, when a setting is wrong, saying which and what is right. */
  static Future<Void> require(RedisConnection connection) {
    return require(connection, "appendonly", "yes")
        .compose(ignored -> require(connection, "appendfsync", "always"))
        .compose(ignored -> require(connection, "maxmemory-policy", "noeviction"));
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
