package io.ruche.bus.redis;

import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;

/**
 * The heartbeats of a service's processes. A process whose beat stands still is dead to the others;
 * how long is measured by each observer's own monotonic clock, so a clock that is set back or runs
 * wrong neither kills nor revives anybody.
 */
final class Beats {

  static final long DEAD_NANOS = 12_000_000_000L;

  private record Seen(String beat, long since) {}

  private final RedisLink link;
  private final String key;
  private final String self;
  private Map<String, Seen> seen = new HashMap<>();

  Beats(RedisLink link, String service, String self) {
    this.link = link;
    this.key = StreamKeys.beats(service);
    this.self = self;
  }

  /** Beats once and looks at the others; to be called every two seconds. */
  Future<Void> tick() {
    return link.send(Request.cmd(Command.HINCRBY).arg(key).arg(self).arg(1))
        .compose(ignored -> link.send(Request.cmd(Command.HGETALL).arg(key)))
        .map(this::learn);
  }

  private Void learn(Response beats) {
    long now = System.nanoTime();
    Map<String, Seen> fresh = new HashMap<>();
    for (String consumer : beats.getKeys()) {
      String beat = beats.get(consumer).toString();
      Seen before = seen.get(consumer);
      boolean still = before != null && before.beat.equals(beat);
      fresh.put(consumer, still ? before : new Seen(beat, now));
    }
    // One that has no beat at all is watched from now on, like one whose beat stands still.
    seen.forEach(
        (consumer, before) ->
            fresh.putIfAbsent(consumer, before.beat.isEmpty() ? before : new Seen("", now)));
    fresh.values().removeIf(one -> one.beat.isEmpty() && now - one.since > 20 * DEAD_NANOS);
    seen = fresh;
    return null;
  }

  /** Whether a consumer's beat has stood still for so long that its work is taken over. */
  boolean isDead(String consumer) {
    if (consumer.equals(self)) {
      return false;
    }
    Seen known = seen.computeIfAbsent(consumer, ignored -> new Seen("", System.nanoTime()));
    return System.nanoTime() - known.since > DEAD_NANOS;
  }

  /** How many processes are alive, this one included. */
  int alive() {
    return 1 + (int) seen.keySet().stream().filter(c -> !c.equals(self) && !isDead(c)).count();
  }

  /** Forgets a process for good, so that its entry does not stay for ever. */
  Future<Void> forget(String consumer) {
    return link.send(Request.cmd(Command.HDEL).arg(key).arg(consumer)).mapEmpty();
  }
}
