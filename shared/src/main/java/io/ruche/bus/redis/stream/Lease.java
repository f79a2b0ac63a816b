package io.ruche.bus.redis.stream;

import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;

/**
 * A role that one process has at a time. Its epoch rises with every change of hands and fences what
 * a former holder still sends. No clock takes part but each process's own monotonic one: who waits
 * takes over when the holder's beat has stood still.
 */
public final class Lease {

  private static final RedisScript SCRIPT = RedisScript.load(Lease.class, "lease.lua");

  /** How long a beat must stand still; holders beat twice a second. */
  private static final long STAND_STILL_NANOS = 2_000_000_000L;

  /** After a longer pause between two looks nothing is known of what the holder did meanwhile. */
  private static final long BLIND_NANOS = 1_500_000_000L;

  private final RedisLink link;
  private final String key;
  private final String holder;
  private String seen = "";
  private long seenSince;
  private long lastLook = System.nanoTime();
  private String epoch = "";
  private boolean free = true;

  public Lease(RedisLink link, String key, String holder) {
    this.link = link;
    this.key = key;
    this.holder = holder;
  }

  /**
   * Renews the lease, or takes it over when its holder is dead. To be called twice a second. Fails
   * when Redis is away, which changes nothing: nobody else can take it then either.
   *
   * @param takeFree whether to take it also when nobody holds it
   * @return whether this process holds the lease now, without a break since the last call
   */
  public Future<Boolean> tick(boolean takeFree) {
    boolean dead = !seen.isEmpty() && System.nanoTime() - seenSince > STAND_STILL_NANOS;
    return SCRIPT
        .run(link, List.of(key), List.of(holder, takeFree ? "1" : "", dead ? seen : ""))
        // While Redis is away no holder can beat, and a beat that stood still for that is alive.
        .onFailure(away -> seen = "")
        .map(this::learn);
  }

  private boolean learn(Response reply) {
    long now = System.nanoTime();
    boolean blind = now - lastLook > BLIND_NANOS;
    lastLook = now;
    free = reply.get(0).toString().isEmpty();
    if (reply.get(0).toString().equals(holder)) {
      String current = reply.get(1).toString();
      seen = "";
      // Somebody had it in between: the caller must learn of the loss before of the gain.
      boolean broken = !epoch.isEmpty() && !epoch.equals(current);
      epoch = broken ? "" : current;
      return !broken;
    }
    epoch = "";
    String beat = reply.get(1) + "." + reply.get(2);
    if (blind || !beat.equals(seen)) {
      seen = beat;
      seenSince = now;
    }
    return false;
  }

  /** The fencing token while the lease is held, otherwise empty. */
  public String epoch() {
    return epoch;
  }

  public boolean isHeld() {
    return !epoch.isEmpty();
  }

  /** Whether nobody held it at the last look; true before the first one. */
  public boolean seemsFree() {
    return free;
  }

  /** Gives the lease up so that another need not wait. */
  public Future<Void> release() {
    if (!isHeld()) {
      return Future.succeededFuture();
    }
    epoch = "";
    return RELEASE.run(link, List.of(key), List.of(holder)).mapEmpty();
  }

  private static final RedisScript RELEASE = RedisScript.load(Lease.class, "release.lua");
}
