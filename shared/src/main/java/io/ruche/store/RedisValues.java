package io.ruche.store;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Bytes under a key, each with a time to live, so that Redis may also drop them: for callers
 * outside the store, which know nothing of the Redis client. The caller bounds the waits.
 */
public final class RedisValues {

  private final RedisLink link;

  public RedisValues(RedisLink link) {
    this.link = link;
  }

  /** The bytes; null when there are none. */
  public Future<byte @Nullable []> get(String key) {
    return link.send(Request.cmd(Command.GET).arg(key))
        .map(answer -> answer == null ? null : answer.toBytes());
  }

  /** Puts bytes in place of what is there. Redis sees it before any later {@link #get}. */
  public Future<Void> put(String key, byte[] value, Duration ttl) {
    return link.send(
            Request.cmd(Command.SET).arg(key).arg(value).arg("PX").arg(Math.max(1, ttl.toMillis())))
        .mapEmpty();
  }
}
