package io.ruche.bus.mqtt;

import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.EventLog;
import io.ruche.bus.redis.EventReader;
import io.ruche.bus.redis.Intake;
import io.ruche.bus.redis.stream.Lease;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.lifecycle.Dependency;
import io.ruche.metrics.Tracing;
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

  /**
   * What a bridge connects.
   *
   * @param role names the lease and the broker's session
   * @param filter the topics of the commands
   * @param tenants whose commands are taken here
   */
  public record Ends(
      String service,
      String role,
      String consumer,
      URI broker,
      String filter,
      Predicate<String> tenants,
      Set<String> commands) {}

  private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

  /**
   * Pieces of results that the client may hold; further ones are dropped, as a slow broker would.
   */
  private static final int MOST_PIECES = 1_000;

  private final Ends ends;
  private final RedisLink redis;
  private final Replicas replicas;
  private final Lease lease;
  private final Intake intake;
  private final EventLog events;
  private final BusConfig config;
  private final BusMetrics metrics;
  private final Tracing tracing;
  private final Set<String> tenants = new TreeSet<>();
  private volatile @Nullable MqttLink link;
  private @Nullable EventReader reader;
  private volatile boolean standby;
  private boolean stopped;
  private int piecesUnderWay;

  public Bridge(
      Ends ends,
      RedisLink redis,
      Replicas replicas,
      Lease lease,
      Intake intake,
      EventLog events,
      BusConfig config,
      BusMetrics metrics,
      Tracing tracing) {
    this.ends = ends;
    this.redis = redis;
    this.replicas = replicas;
    this.lease = lease;
    this.intake = intake;
    this.events = events;
    this.config = config;
    this.metrics = metrics;
    this.tracing = tracing;
  }

  public void addTenant(String tenant) {
    tenants.add(tenant);
    if (reader != null) {
      reader.addTenant(tenant);
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
        .tick(true)
        .compose(
            held -> {
              standby = !held;
              if (!held && link != null) {
                LOG.warn("{}: another process holds the broker now", ends.role());
                return disconnect();
              }
              if (held && link == null) {
                connect();
              } else if (held && link != null && link.hasGivenUp()) {
                return disconnect();
              }
              return reader == null ? Future.succeededFuture() : reader.tick();
            });
  }

  private void connect() {
    Refusals refusals = new Refusals(redis.context(), events);
    MqttIngress ingress =
        new MqttIngress(ends, config, intake, refusals, metrics, tracing, lease.epoch());
    MqttLink fresh =
        new MqttLink(ends.broker(), "ruche-" + ends.role(), () -> lease.tick(true), ingress);
    ingress.publishReceiptsTo(fresh);
    link = fresh;
    fresh
        .open(ends.filter())
        .onComplete(
            opened ->
                redis
                    .context()
                    .runOnContext(
                        ignored -> {
                          if (link != fresh) {
                            return;
                          }
                          if (opened.succeeded()) {
                            forward(fresh);
                          } else {
                            LOG.error(
                                "{}: the broker cannot be used yet, {}",
                                ends.role(),
                                opened.cause().getMessage());
                            disconnect();
                          }
                        }));
  }

  /** Whether pieces can go out now. */
  public boolean isConnected() {
    MqttLink current = link;
    return current != null && current.state().state() == Dependency.State.UP;
  }

  /** Sends a piece of a result, or drops it when too many are on their way. */
  public void piece(Envelope piece) {
    MqttLink current = link;
    if (current == null || piecesUnderWay >= MOST_PIECES) {
      return;
    }
    piecesUnderWay++;
    current
        .publish(Forwarder.message(piece, 0))
        .onComplete(sent -> redis.context().runOnContext(ignored -> piecesUnderWay--));
  }

  /** Only now: while the first connection is made a publish fails. */
  private void forward(MqttLink fresh) {
    Forwarder forwarder = new Forwarder(redis.context(), fresh, metrics);
    EventReader source =
        new EventReader(
            redis, replicas, ends.service(), ends.consumer(), config.forwardWindow(), forwarder);
    forwarder.readFrom(source);
    tenants.forEach(source::addTenant);
    reader = source;
    source
        .tick()
        .onFailure(failure -> LOG.debug("{}: events wait, {}", ends.role(), failure.getMessage()));
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

  /** Up as a standby, too; down until it is known who holds the lease. */
  public Dependency state() {
    MqttLink current = link;
    if (current != null) {
      return current.state();
    }
    return standby ? Dependency.up() : Dependency.down("not connected yet");
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
