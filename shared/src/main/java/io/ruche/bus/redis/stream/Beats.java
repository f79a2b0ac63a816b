package io.ruche.bus.redis.stream;

import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heartbeats of a service's processes. A process whose beat stands still is dead to the others;
 * how long is measured by each observer's own monotonic clock, so a clock that is set back or runs
 * wrong neither kills nor revives anybody.
 */
public final class Beats {

  private static final Logger LOG = LoggerFactory.getLogger(Beats.class);
  private static final long DEAD_NANOS = 12_000_000_000L;
  private static final long GONE_NANOS = 10 * DEAD_NANOS;

  /** After a longer pause between two looks nothing is known of what others did meanwhile. */
  private static final long BLIND_NANOS = 5_000_000_000L;

  /**
   * A beat and since when it has been the same.
   *
   * @param moved whether it was ever seen to change, which a dead process's left-over never does
   */
  private record Seen(String beat, long since, boolean moved) {}

  private final RedisLink link;
  private final String key;
  private final String self;
  private Map<String, Seen> seen = new HashMap<>();
  private long lastLook = System.nanoTime();

  public Beats(RedisLink link, String service, String self) {
    this.link = link;
    this.key = StreamKeys.beats(service);
    this.self = self;
  }

  /** Beats once and looks at the others; to be called every two seconds. */
  public Future<Void> tick() {
    return link.send(Request.cmd(Command.HINCRBY).arg(key).arg(self).arg(1))
        .compose(ignored -> link.send(Request.cmd(Command.HGETALL).arg(key)))
        .map(this::learn);
  }

  private Void learn(Response beats) {
    long now = System.nanoTime();
    boolean blind = now - lastLook > BLIND_NANOS;
    lastLook = now;
    Map<String, Seen> fresh = new HashMap<>();
    for (String consumer : beats.getKeys()) {
      fresh.put(consumer, look(consumer, beats.get(consumer).toString(), now, blind));
    }
    // One that has no beat (any more) is watched like one whose beat stands still.
    seen.keySet().stream()
        .filter(consumer -> !fresh.containsKey(consumer))
        .toList()
        .forEach(consumer -> fresh.put(consumer, look(consumer, "", now, blind)));
    fresh.entrySet().removeIf(one -> isLongGone(one.getKey(), one.getValue(), now));
    seen = fresh;
    return null;
  }

  private Seen look(String consumer, String beat, long now, boolean blind) {
    Seen before = seen.get(consumer);
    if (before == null) {
      return new Seen(beat, now, false);
    }
    boolean moved = !before.beat.equals(beat);
    return moved || blind ? new Seen(beat, now, moved || before.moved) : before;
  }

  private boolean isLongGone(String consumer, Seen one, long now) {
    boolean gone = !consumer.equals(self) && now - one.since > GONE_NANOS;
    if (gone && !one.beat.isEmpty()) {
      forget(consumer).onFailure(failure -> LOG.debug("{}: {}", consumer, failure.getMessage()));
    }
    return gone;
  }

  /** Whether a consumer's beat has stood still for so long that its work is taken over. */
  public boolean isDead(String consumer) {
    long now = System.nanoTime();
    if (consumer.equals(self) || now - lastLook > BLIND_NANOS) {
      return false;
    }
    Seen known = seen.computeIfAbsent(consumer, ignored -> new Seen("", now, false));
    return now - known.since > DEAD_NANOS;
  }

  /** How many processes are seen to be alive, this one included. */
  public int alive() {
    long now = System.nanoTime();
    return 1
        + (int)
            seen.entrySet().stream()
                .filter(one -> !one.getKey().equals(self) && one.getValue().moved)
                .filter(one -> now - one.getValue().since < BLIND_NANOS)
                .count();
  }

  /** Forgets a process for good, so that its entry does not stay for ever. */
  public Future<Void> forget(String consumer) {
    return link.send(Request.cmd(Command.HDEL).arg(key).arg(consumer)).mapEmpty();
  }
}
