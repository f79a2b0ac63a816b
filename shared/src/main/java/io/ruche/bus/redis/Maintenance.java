package io.ruche.bus.redis;

import io.ruche.bus.BusConfig;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Lets old entries go, notes checkpoints, and measures depth and lag. */
final class Maintenance {

  private static final RedisScript TRIM = RedisScript.load(Maintenance.class, "trim.lua");
  private static final int TRIM_AT_ONCE = 5_000;
  private static final int MOST_ROUNDS = 200;

  /**
   * What was last seen of a stream.
   *
   * @param lagMillis age of the oldest entry that some group has not finished; 0 when all have
   */
  record Depth(long entries, long lagMillis) {}

  private final RedisLink link;
  private final String service;
  private final BusConfig config;
  private final Map<String, Depth> depths = new ConcurrentHashMap<>();

  Maintenance(RedisLink link, String service, BusConfig config) {
    this.link = link;
    this.service = service;
    this.config = config;
  }

  /** Looks after each stream once; to be called every few seconds by one process. */
  Future<Void> tick(List<String> streams) {
    List<Future<?>> done = new ArrayList<>();
    for (String stream : streams) {
      done.add(trim(stream, 1));
    }
    return Future.join(done).mapEmpty();
  }

  /** Once more as long as there is much to remove, in steps between which others get their turn. */
  private Future<?> trim(String stream, int round) {
    return trimOnce(stream)
        .compose(
            removed ->
                removed >= TRIM_AT_ONCE / 2 && round < MOST_ROUNDS
                    ? trim(stream, round + 1)
                    : Future.succeededFuture());
  }

  private Future<Integer> trimOnce(String stream) {
    long now = System.currentTimeMillis();
    String oldest = now - config.history().toMillis() + "-0";
    // Some room is made before the bound is reached, so that finished work never keeps new work
    // out.
    int keep = config.streamEntries() / 10 * 9;
    String checkpoints = new StreamKeys(StreamKeys.tenantOf(stream), service).checkpoints();
    return TRIM.run(link, List.of(stream, checkpoints), List.of(oldest, keep, TRIM_AT_ONCE))
        .map(
            reply -> {
              String needed = reply.get(2).toString();
              long since =
                  needed.isEmpty() ? now : Long.parseLong(needed.substring(0, needed.indexOf('-')));
              depths.put(stream, new Depth(reply.get(1).toLong(), Math.max(0, now - since)));
              return reply.get(0).toInteger();
            });
  }

  /** How many dead letters each of these tenants has. */
  Future<Map<String, Long>> deadLetters(Collection<String> tenants) {
    Map<String, Long> counts = new TreeMap<>();
    List<Future<?>> counted = new ArrayList<>();
    for (String tenant : tenants) {
      counted.add(
          new DeadLetters(link, new StreamKeys(tenant, service))
              .count()
              .onSuccess(count -> counts.put(tenant, count)));
    }
    return Future.join(counted).map(counts);
  }

  /** By stream, as of the last tick. */
  Map<String, Depth> depths() {
    return depths;
  }
}
