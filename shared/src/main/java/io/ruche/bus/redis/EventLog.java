package io.ruche.bus.redis;

import io.ruche.bus.BusConfig;
import io.ruche.bus.Event;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.stream.Fields;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.bus.redis.work.Announcements;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Puts single events where the forwarder finds them. */
public final class EventLog {

  private static final RedisScript SCRIPT = RedisScript.load(EventLog.class, "publish.lua");

  private final RedisLink link;
  private final Replicas replicas;
  private final String service;
  private final BusConfig config;

  EventLog(RedisLink link, Replicas replicas, String service, BusConfig config) {
    this.link = link;
    this.replicas = replicas;
    this.service = service;
    this.config = config;
  }

  /** A service's own event as the forwarder publishes it. */
  public static Envelope envelope(String service, String tenant, Event event) {
    return Announcements.of(service, tenant, event);
  }

  /**
   * Completes when the event is on disk; fails when Redis or a replica that counts is away, or the
   * stream is full.
   */
  public Future<Void> append(Envelope event) {
    int generation = link.generation();
    StreamKeys keys = new StreamKeys(event.tenant(), service);
    List<Object> args = new ArrayList<>();
    args.add(config.streamEntries());
    args.add(StreamKeys.bell(service));
    Fields.write(event, args);
    return SCRIPT
        .run(link, List.of(keys.events()), args)
        .compose(added -> replicas.confirm(generation));
  }
}
