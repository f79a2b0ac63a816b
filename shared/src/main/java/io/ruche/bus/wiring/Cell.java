package io.ruche.bus.wiring;

import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.envelope.Topics;
import io.ruche.bus.envelope.Ulid;
import io.ruche.bus.mqtt.Bridge;
import io.ruche.bus.redis.Streams;
import io.ruche.bus.redis.work.Work.Declared;
import io.ruche.lifecycle.Dependency;
import io.ruche.metrics.Tracing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One service at one site, on an event loop of its own: an outage here stops nothing elsewhere. */
final class Cell extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(Cell.class);
  private static final Dependency NOT_STARTED = Dependency.down("not started");
  private static final long TICK_MS = 500;
  private static final long BEAT_MS = 2_000;
  private static final long MAINTAIN_MS = 2_000;

  private final Site site;
  private final String service;
  private final Map<String, Declared> commands;
  private final BusConfig config;
  private final BusMetrics metrics;
  private final Tracing tracing;
  private final String consumer = Ulid.next();
  private final Set<String> tenants = new HashSet<>();
  private Streams streams;
  private Bridge bridge;
  private volatile boolean started;

  @SuppressWarnings("NullAway.Init") // init() is called before anything else
  Cell(
      Site site,
      String service,
      Map<String, Declared> commands,
      BusConfig config,
      BusMetrics metrics,
      Tracing tracing) {
    this.site = site;
    this.service = service;
    this.commands = commands;
    this.config = config;
    this.metrics = metrics;
    this.tracing = tracing;
  }

  @Override
  public void init(Vertx owner, Context own) {
    super.init(owner, own);
    streams =
        new Streams(
            owner,
            own,
            site.redis().toString(),
            service,
            consumer,
            site::serves,
            commands,
            config,
            metrics,
            tracing);
    String filter =
        site.tenant() == null
            ? Topics.commandsOf(service)
            : Topics.commandsOf(service, site.tenant());
    // Two sites may have the broker or the Redis in common, so the role is the site's own.
    String role = site.tenant() == null ? service : service + "-" + site.tenant();
    bridge =
        new Bridge(
            new Bridge.Ends(
                service, role, consumer, site.broker(), filter, site::serves, commands.keySet()),
            streams.working(),
            streams.workingReplicas(),
            streams.lease(role),
            streams.intake(),
            streams.events(),
            config,
            metrics,
            tracing);
  }

  @Override
  public Future<?> start() {
    streams.listen(
        tenant -> {
          tenants.add(tenant);
          bridge.addTenant(tenant);
        },
        bridge::ring);
    streams.listenToPieces(bridge::isConnected, bridge::piece);
    streams.start().onSuccess(connected -> work());
    started = true;
    return Future.succeededFuture();
  }

  private void work() {
    every(BEAT_MS, streams::beat);
    every(TICK_MS, streams::tick);
    every(TICK_MS, bridge::tick);
    every(MAINTAIN_MS, this::maintain);
  }

  /** Repeats a step that may take longer than its period, and may fail while Redis is away. */
  private void every(long millis, Supplier<Future<Void>> step) {
    step.get()
        .onFailure(failure -> LOG.debug("{} {}: {}", service, site, failure.getMessage()))
        .onComplete(done -> vertx.setTimer(millis, ignored -> every(millis, step)));
  }

  private Future<Void> maintain() {
    if (!bridge.isHeld()) {
      metrics.upkeep(site.name(), BusMetrics.Upkeep.NONE);
      return Future.succeededFuture();
    }
    return streams
        .maintain(tenants.stream().map(tenant -> Streams.events(tenant, service)).toList())
        .compose(ignored -> streams.deadLetters())
        .onSuccess(
            dead -> metrics.upkeep(site.name(), new BusMetrics.Upkeep(streams.depths(), dead)))
        .mapEmpty();
  }

  @Override
  public Future<?> stop() {
    // The bridge last: until then the events and replies of what is finished still go out.
    return streams
        .drain(config.drain().toMillis())
        .compose(ignored -> bridge.stop())
        .compose(ignored -> streams.close());
  }

  Site site() {
    return site;
  }

  Streams streams() {
    return streams;
  }

  Dependency redis() {
    return started ? streams.state() : NOT_STARTED;
  }

  Dependency broker() {
    return started ? bridge.state() : NOT_STARTED;
  }
}
