package io.ruche.bus.redis;

import io.ruche.bus.CommandSpec;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off a command whose deliveries may run side by side: as many at once as the prefetch
 * allows, the tenants with work taking turns.
 */
final class UnorderedLane implements Lane {

  private static final Logger LOG = LoggerFactory.getLogger(UnorderedLane.class);
  private static final RedisScript RETRY = RedisScript.load(UnorderedLane.class, "retry.lua");
  private static final RedisScript DUE = RedisScript.load(UnorderedLane.class, "due.lua");

  private final RedisLink link;
  private final String service;
  private final String consumer;
  private final CommandSpec spec;
  private final Execution execution;
  private final Finisher finisher;
  private final Groups groups;
  private final Set<String> tenants = new TreeSet<>();

  /** Streams that may have new entries, the next one to be read first. */
  private final LinkedHashSet<String> ringing = new LinkedHashSet<>();

  /** Tenants that had more due than there was room for. */
  private final Set<String> overdue = new LinkedHashSet<>();

  private int inHand;
  private boolean reading;
  private boolean draining;
  private final Promise<Void> empty = Promise.promise();

  UnorderedLane(
      RedisLink link,
      String service,
      String consumer,
      CommandSpec spec,
      Execution execution,
      Finisher finisher) {
    this.link = link;
    this.service = service;
    this.consumer = consumer;
    this.spec = spec;
    this.execution = execution;
    this.finisher = finisher;
    this.groups = new Groups(link, service, service, consumer);
  }

  @Override
  public void ring(String stream) {
    if (tenants.contains(StreamKeys.tenantOf(stream)) && stream.equals(streamOf(stream))) {
      ringing.add(stream);
      read();
    }
  }

  @Override
  public void addTenant(String tenant) {
    String stream = new StreamKeys(tenant, service).commands(spec.name());
    if (!tenants.contains(tenant)) {
      groups
          .ensure(List.of(stream))
          .onSuccess(
              ignored -> {
                tenants.add(tenant);
                ring(stream);
              });
    }
  }

  private String streamOf(String stream) {
    return new StreamKeys(StreamKeys.tenantOf(stream), service).commands(spec.name());
  }

  @Override
  public List<String> streams() {
    return tenants.stream().map(t -> new StreamKeys(t, service).commands(spec.name())).toList();
  }

  @Override
  public int inHand() {
    return inHand;
  }

  private int free() {
    return draining ? 0 : spec.prefetch() - inHand;
  }

  /** One read at a time: what it brings back decides how much the next one may ask for. */
  private void read() {
    if (reading || ringing.isEmpty() || free() <= 0) {
      return;
    }
    reading = true;
    List<String> turn = ringing.stream().limit(free()).toList();
    int each = free() / turn.size();
    groups
        .read(turn, each)
        .onComplete(
            read -> {
              reading = false;
              if (read.succeeded()) {
                accept(read.result());
                takeTurns(turn, read.result(), each);
                read();
              } else {
                recover(turn, read.cause());
              }
            });
  }

  /** Streams that gave all they were asked for have more: they go to the end of the queue. */
  private void takeTurns(List<String> turn, List<Delivery> deliveries, int each) {
    for (String stream : turn) {
      ringing.remove(stream);
      if (deliveries.stream().filter(d -> d.stream().equals(stream)).limit(each).count() == each) {
        ringing.add(stream);
      }
    }
  }

  private void recover(List<String> turn, Throwable failure) {
    if (Groups.isLost(failure)) {
      groups.ensure(turn).onSuccess(ignored -> link.context().runOnContext(again -> read()));
    } else {
      // Nothing is lost by waiting: the next tick looks everywhere again.
      LOG.debug("{} {}: cannot read, {}", service, spec.name(), failure.getMessage());
    }
  }

  private void accept(List<Delivery> deliveries) {
    for (Delivery delivery : deliveries) {
      inHand++;
      execution
          .run(delivery)
          .compose(next -> conclude(delivery, next))
          .onComplete(done -> release());
    }
  }

  private void release() {
    inHand--;
    if (draining && inHand == 0) {
      empty.tryComplete();
    }
    if (!overdue.isEmpty() && free() > 0) {
      String tenant = overdue.iterator().next();
      overdue.remove(tenant);
      takeDue(tenant);
    }
    read();
  }

  private Future<Void> conclude(Delivery delivery, Execution.Next next) {
    return switch (next) {
      case Execution.Next.End end -> finisher.commit(end.ending()).mapEmpty();
      case Execution.Next.Again again -> park(delivery, again);
    };
  }

  private Future<Void> park(Delivery delivery, Execution.Next.Again again) {
    StreamKeys keys = new StreamKeys(delivery.envelope().tenant(), service);
    String job = keys.job(spec.name(), delivery.envelope().client(), delivery.envelope().id());
    return RETRY
        .run(
            link,
            List.of(delivery.stream(), keys.parked()),
            List.of(
                service,
                consumer,
                delivery.entry(),
                delivery.count(),
                again.waitMillis(),
                again.reason(),
                job))
        .<Void>mapEmpty()
        .recover(
            failure ->
                link.connected()
                    .compose(ignored -> Pause.ofMillis(link.context(), 200))
                    .compose(ignored -> park(delivery, again)));
  }

  @Override
  public Future<Void> tick(Beats beats) {
    ringing.addAll(streams());
    Future<?> taken = Future.succeededFuture();
    for (String tenant : List.copyOf(tenants)) {
      taken = taken.compose(ignored -> takeDue(tenant)).compose(ignored -> takeOver(tenant, beats));
    }
    return taken.compose(
        ignored -> {
          read();
          return Future.succeededFuture();
        });
  }

  /** Takes as much as fits now; the rest when there is room again, or at the next tick. */
  private Future<?> takeDue(String tenant) {
    int most = free();
    if (most <= 0) {
      overdue.add(tenant);
      return Future.succeededFuture();
    }
    StreamKeys keys = new StreamKeys(tenant, service);
    return DUE.run(
            link,
            List.of(keys.parked()),
            List.of(service, consumer, most, keys.commands(spec.name())))
        .map(Delivery::fromClaim)
        .onSuccess(
            due -> {
              if (due.size() == most) {
                overdue.add(tenant);
              }
              accept(due);
            });
  }

  private Future<?> takeOver(String tenant, Beats beats) {
    String stream = new StreamKeys(tenant, service).commands(spec.name());
    if (free() <= 0) {
      return Future.succeededFuture();
    }
    return groups
        .takeOver(stream, beats, free())
        .onSuccess(this::accept)
        .recover(
            failure ->
                Groups.isLost(failure)
                    ? groups.ensure(List.of(stream)).map(List.of())
                    : Future.failedFuture(failure));
  }

  @Override
  public Future<Void> drain() {
    draining = true;
    if (inHand == 0) {
      empty.tryComplete();
    }
    return empty.future();
  }
}
