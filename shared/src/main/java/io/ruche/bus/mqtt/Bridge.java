package io.ruche.bus.mqtt;

import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.redis.EventLog;
import io.ruche.bus.redis.EventReader;
import io.ruche.bus.redis.Intake;
import io.ruche.bus.redis.Lease;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection between one broker and one Redis, made by the one process that holds the lease:
 * commands come in, receipts, events and replies go out. The others stand by, and take the session
 * over with everything that was not acknowledged.
 */
public final class Bridge {

  /** What a bridge connects. */
  public record Ends(
      String service,
      String consumer,
      URI broker,
      String filter,
      Predicate<String> tenants,
      Set<String> commands) {}

  private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

  private final Ends ends;
  private final RedisLink redis;
  private final Lease lease;
  private final Intake intake;
  private final EventLog events;
  private final BusConfig config;
  private final BusMetrics metrics;
  private final Set<String> tenants = new TreeSet<>();
  private @Nullable MqttLink link;
  private @Nullable EventReader reader;
  private boolean stopped;

  public Bridge(
      Ends ends,
      RedisLink redis,
      Lease lease,
      Intake intake,
      EventLog events,
      BusConfig config,
      BusMetrics metrics) {
    this.ends = ends;
    this.redis = redis;
    this.lease = lease;
    this.intake = intake;
    this.events = events;
    this.config = config;
    this.metrics = metrics;
  }

  public void addTenant(String tenant) {
    tenants.add(tenant);
    if (reader != null) {
      adopt(reader, tenant);
    }
  }

  public void ring(String stream) {
    if (reader != null) {
      reader.ring(stream);
    }
  }

  /** Renews or seeks the lease, and connects or disconnects accordingly; once a second. */
  public Future<Void> tick() {
    if (stopped) {
      return Future.succeededFuture();
    }
    return lease
        .tick()
        .onSuccess(
            held -> {
              if (held && link == null) {
                connect();
              } else if (!held && link != null) {
                LOG.warn("{}: another process holds the broker now", ends.service());
                disconnect();
              } else if (reader != null) {
                tenants.forEach(tenant -> adopt(reader, tenant));
                reader.ringAll();
              }
            })
        .mapEmpty();
  }

  private void adopt(EventReader into, String tenant) {
    into.addTenant(tenant)
        .onFailure(failure -> LOG.debug("{}: events wait, {}", tenant, failure.getMessage()));
  }

  private void connect() {
    Refusals refusals = new Refusals(redis.context(), events);
    MqttIngress ingress = new MqttIngress(ends, config, intake, refusals, metrics, lease.epoch());
    MqttLink fresh = new MqttLink(ends.broker(), "ruche-" + ends.service(), lease::tick, ingress);
    ingress.publishReceiptsTo(fresh);
    Forwarder forwarder = new Forwarder(fresh, metrics);
    // What an earlier connection of this process had in hand is adopted like anybody else's.
    String reading = ends.consumer() + "." + lease.epoch();
    EventReader source =
        new EventReader(redis, ends.service(), reading, config.forwardWindow(), forwarder);
    forwarder.readFrom(source);
    link = fresh;
    reader = source;
    fresh
        .open(ends.filter())
        .onSuccess(
            ignored ->
                redis
                    .context()
                    .runOnContext(again -> tenants.forEach(tenant -> adopt(source, tenant))))
        .onFailure(failure -> LOG.error("MQTT cannot be used: {}", failure.getMessage()));
  }

  private Future<Void> disconnect() {
    if (reader != null) {
      reader.stop();
      reader = null;
    }
    MqttLink old = link;
    link = null;
    return old == null ? Future.succeededFuture() : old.close();
  }

  /** Up as a standby, too. */
  public Dependency state() {
    return link == null ? Dependency.up() : link.state();
  }

  public boolean isHeld() {
    return lease.isHeld();
  }

  /** Takes nothing more from the broker and leaves the lease to others. */
  public Future<Void> stop() {
    stopped = true;
    return disconnect().compose(ignored -> lease.release()).otherwiseEmpty();
  }
}
