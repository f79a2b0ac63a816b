package io.ruche.bus.redis;

import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.BusMetrics.Depth;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.stream.Lease;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.bus.redis.work.Work;
import io.ruche.bus.redis.work.Work.Declared;
import io.ruche.lifecycle.Dependency;
import io.ruche.metrics.Tracing;
import io.ruche.store.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One service's streams in one Redis. Three connections: what comes in does not wait behind what is
 * worked off, and the bell tells at once when something was added.
 */
public final class Streams {

  private final RedisLink incoming;
  private final RedisLink working;
  private final RedisLink bell;
  private final Replicas incomingReplicas;
  private final Replicas workingReplicas;
  private final String consumer;
  private final Predicate<String> serves;
  private final Intake intake;
  private final EventLog events;
  private final Jobs jobs;
  private final Pieces pieces;
  private final Work work;
  private final Maintenance maintenance;
  private final Set<String> tenants = new HashSet<>();
  private Consumer<String> tenantListener = ignored -> {};
  private Consumer<String> ringListener = ignored -> {};
  private Consumer<Envelope> pieceListener = ignored -> {};
  private BooleanSupplier wantsPieces = () -> false;

  /**
   * @param consumer this process, by a name that no other process has or had
   * @param serves which of the tenants found in this Redis are worked for
   */
  public Streams(
      Vertx vertx,
      Context context,
      String url,
      String service,
      String consumer,
      Predicate<String> serves,
      Map<String, Declared> commands,
      BusConfig config,
      BusMetrics metrics,
      Tracing tracing) {
    this.consumer = consumer;
    this.serves = serves;
    this.incoming = new RedisLink(vertx, context, service + " in", url);
    this.working = new RedisLink(vertx, context, service + " work", url);
    this.bell = new RedisLink(vertx, context, service + " bell", url);
    Map<String, CommandSpec> specs = new HashMap<>();
    commands.forEach((name, declared) -> specs.put(name, declared.spec()));
    this.incomingReplicas = new Replicas(incoming, config.replicas());
    this.workingReplicas = new Replicas(working, config.replicas());
    this.intake =
        new Intake(incoming, new Append(incoming, incomingReplicas, service, config, specs));
    this.events = new EventLog(incoming, incomingReplicas, service, config);
    this.jobs = new Jobs(incoming, service);
    this.pieces = new Pieces(incoming, service);
    this.work =
        new Work(working, workingReplicas, service, consumer, commands, config, metrics, tracing);
    this.maintenance = new Maintenance(working, service, config);
    String piecesChannel = StreamKeys.pieces(service);
    bell.onPush(push -> pushed(push, piecesChannel));
    bell.onConnect(
        connection ->
            connection.send(
                Request.cmd(Command.SUBSCRIBE).arg(StreamKeys.bell(service)).arg(piecesChannel)));
    incoming.onConnect(connection -> Durability.require(connection, config.replicas()));
  }

  private void pushed(Response push, String piecesChannel) {
    if (push.type() == ResponseType.PUSH
        && push.size() == 3
        && push.get(0).toString().equals("message")) {
      if (!push.get(1).toString().equals(piecesChannel)) {
        rung(push);
      } else if (wantsPieces.getAsBoolean()) {
        pieceListener.accept(Pieces.decode(push.get(2).toBuffer()));
      }
    }
  }

  private void rung(Response push) {
    String stream = push.get(2).toString();
    String tenant = StreamKeys.tenantOf(stream);
    if (!tenants.contains(tenant)) {
      addTenant(tenant);
    }
    work.ring(stream);
    ringListener.accept(stream);
  }

  private void addTenant(String tenant) {
    if (serves.test(tenant) && tenants.add(tenant)) {
      work.addTenant(tenant);
      tenantListener.accept(tenant);
    }
  }

  /**
   * Sets who hears of changes.
   *
   * @param onTenant told of each tenant that has streams here
   * @param onRing told of each stream that something was added to
   */
  public void listen(Consumer<String> onTenant, Consumer<String> onRing) {
    tenantListener = onTenant;
    ringListener = onRing;
  }

  /**
   * Sets who takes the pieces of results to the broker.
   *
   * @param wanted whether they would be taken now
   */
  public void listenToPieces(BooleanSupplier wanted, Consumer<Envelope> onPiece) {
    wantsPieces = wanted;
    pieceListener = onPiece;
  }

  /** Dials; completes when the first connection stands, however long that takes. */
  public Future<Void> start() {
    return Future.join(incoming.start(), working.start(), bell.start())
        .compose(ignored -> Future.join(incoming.connected(), working.connected()))
        .mapEmpty();
  }

  /** Shows life, to be called every two seconds. */
  public Future<Void> beat() {
    return work.beat();
  }

  /** Finds new tenants, lost groups, due retries and orphaned work; once a second. */
  public Future<Void> tick() {
    incomingReplicas.look();
    workingReplicas.look();
    return working
        .send(Request.cmd(Command.SMEMBERS).arg(StreamKeys.TENANTS))
        .compose(
            members -> {
              members.forEach(tenant -> addTenant(tenant.toString()));
              return work.tick();
            });
  }

  /** Trims, notes checkpoints and measures; every few seconds, by one process. */
  public Future<Void> maintain(List<String> eventStreams) {
    return maintenance.tick(work.streams()).compose(ignored -> maintenance.tick(eventStreams));
  }

  /** How many dead letters each tenant has. */
  public Future<Map<String, Long>> deadLetters() {
    return maintenance.deadLetters(tenants);
  }

  /** The stream of a tenant's events. */
  public static String events(String tenant, String service) {
    return new StreamKeys(tenant, service).events();
  }

  /** A role of which there is one at a time at this Redis. */
  public Lease lease(String role) {
    return new Lease(incoming, StreamKeys.lease(role), consumer);
  }

  public Intake intake() {
    return intake;
  }

  public EventLog events() {
    return events;
  }

  public Pieces pieces() {
    return pieces;
  }

  public Jobs jobs() {
    return jobs;
  }

  public int inHand() {
    return work.inHand();
  }

  /** The connection for what leaves by the broker. */
  public RedisLink working() {
    return working;
  }

  /** Tells what of {@link #working} is on the disks of replicas. */
  public Replicas workingReplicas() {
    return workingReplicas;
  }

  /** The streams as they were last measured. */
  public List<Depth> depths() {
    List<Depth> depths = new ArrayList<>();
    maintenance
        .depths()
        .forEach(
            (stream, depth) ->
                depths.add(
                    new Depth(
                        StreamKeys.tenantOf(stream),
                        stream.substring(stream.indexOf('}') + 2),
                        depth.entries(),
                        depth.lagMillis() / 1000.0)));
    return depths;
  }

  public Dependency state() {
    for (Dependency one :
        List.of(
            incoming.state(),
            working.state(),
            bell.state(),
            incomingReplicas.state(),
            workingReplicas.state())) {
      if (one.state() == Dependency.State.DOWN) {
        return one;
      }
    }
    return Dependency.up();
  }

  /** Finishes what is in hand, at most for {@code millis}. */
  public Future<Void> drain(long millis) {
    return work.drain(millis);
  }

  public Future<Void> close() {
    return Future.join(incoming.stop(), working.stop(), bell.stop()).mapEmpty();
  }
}
