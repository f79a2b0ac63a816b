package io.ruche.bus.wiring;

import io.ruche.bus.Bus;
import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Event;
import io.ruche.bus.Job;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.EventLog;
import io.ruche.bus.redis.work.Work.Declared;
import io.ruche.lifecycle.Dependency;
import io.ruche.metrics.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The bus over Redis streams and MQTT, at as many sites as there are. */
public final class StreamBus implements Bus {

  private final Vertx vertx;
  private final String service;
  private final BusMetrics metrics;
  private final Map<String, Declared> commands = new LinkedHashMap<>();
  private final List<Cell> cells = new ArrayList<>();
  private final List<String> deployments = new ArrayList<>();

  /**
   * @param sites the shared one and those of tenants with stores of their own
   */
  public StreamBus(
      Vertx vertx,
      String service,
      List<Site> sites,
      BusConfig config,
      BusMetrics metrics,
      Tracing tracing) {
    this.vertx = vertx;
    this.service = service;
    this.metrics = metrics;
    for (Site site : sites) {
      cells.add(new Cell(site, service, commands, config, metrics, tracing));
    }
  }

  @Override
  public void command(CommandSpec spec, CommandHandler handler) {
    if (commands.putIfAbsent(spec.name(), new Declared(spec, handler)) != null) {
      throw new IllegalArgumentException("command " + spec.name() + " is declared twice");
    }
  }

  @Override
  public Future<Void> start() {
    List<Future<?>> started = new ArrayList<>();
    for (Cell cell : cells) {
      started.add(vertx.deployVerticle(cell).onSuccess(deployments::add));
    }
    return Future.join(started).mapEmpty();
  }

  @Override
  public Future<Void> stop() {
    return Future.join(deployments.stream().map(vertx::undeploy).toList()).mapEmpty();
  }

  @Override
  public Future<Void> publish(String tenant, Event event) {
    return cell(tenant).streams().events().append(EventLog.envelope(service, tenant, event));
  }

  @Override
  public Future<Void> piece(Envelope command, Payload piece) {
    return cell(command.tenant()).streams().pieces().publish(command, piece);
  }

  @Override
  public Future<Taken> post(Envelope command) {
    metrics.received("http");
    return cell(command.tenant())
        .streams()
        .intake()
        .post(command)
        .onSuccess(
            taken -> {
              if (taken instanceof Taken.Stored stored) {
                metrics.stored(stored.known());
              }
            });
  }

  @Override
  public Future<@Nullable Job> find(String tenant, String client, String command, String id) {
    return cell(tenant).streams().jobs().find(tenant, client, command, id);
  }

  private Cell cell(String tenant) {
    for (Cell cell : cells) {
      if (cell.site().serves(tenant)) {
        return cell;
      }
    }
    throw new IllegalStateException("no site serves tenant " + tenant);
  }

  @Override
  public Set<String> commands() {
    return new TreeSet<>(commands.keySet());
  }

  @Override
  public String service() {
    return service;
  }

  @Override
  public Map<String, Supplier<Dependency>> dependencies() {
    Map<String, Supplier<Dependency>> states = new LinkedHashMap<>();
    for (Cell cell : cells) {
      String suffix = cell.site().tenant() == null ? "" : " of " + cell.site().name();
      states.put("redis" + suffix, cell::redis);
      states.put("mqtt" + suffix, cell::broker);
    }
    return states;
  }
}
