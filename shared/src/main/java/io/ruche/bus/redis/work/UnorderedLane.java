package io.ruche.bus.redis.work;

import io.ruche.bus.CommandSpec;
import io.ruche.bus.redis.stream.Beats;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Groups;
import io.ruche.bus.redis.stream.InHand;
import io.ruche.bus.redis.stream.Pause;
import io.ruche.bus.redis.stream.StreamKeys;
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
  private static final long TRY_AGAIN_MS = 200;

  /** Handled deliveries whose end is on its way to the disk. */
  private static final int MOST_UNCOMMITTED = 1_024;

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

  private final InHand inHand = new InHand();
  private final Promise<Void> empty = Promise.promise();
  private int handling;
  private boolean reading;
  private boolean draining;

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
    if (tenants.contains(StreamKeys.tenantOf(stream))
        && stream.equals(streamOf(StreamKeys.tenantOf(stream)))) {
      ringing.add(stream);
      read();
    }
  }

  @Override
  public void addTenant(String tenant) {
    if (tenants.add(tenant)) {
      ring(streamOf(tenant));
    }
  }

  private String streamOf(String tenant) {
    return new StreamKeys(tenant, service).commands(spec.name());
  }

  @Override
  public List<String> streams() {
    return tenants.stream().map(this::streamOf).toList();
  }

  @Override
  public int inHand() {
    return inHand.size();
  }

  /** What has been handled waits for the disk only, so it takes no handler's place. */
  private int free() {
    int uncommitted = inHand.size() - handling;
    return draining || uncommitted >= MOST_UNCOMMITTED ? 0 : spec.prefetch() - handling;
  }

  /** One read at a time: what it brings back decides how much the next one may ask for. */
  private void read() {
    if (reading || ringing.isEmpty() || free() <= 0 || !inHand.isSure(link.generation())) {
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
              } else if (Groups.isLost(read.cause())) {
                groups.remake(turn).onSuccess(ignored -> read());
              } else {
                // Nothing is lost by waiting: the next tick looks everywhere again.
                LOG.debug(
                    "{} {}: cannot read, {}", service, spec.name(), read.cause().getMessage());
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

  private void accept(List<Delivery> deliveries) {
    for (Delivery delivery : deliveries) {
      inHand.add(delivery);
      handling++;
      execution
          .run(delivery)
          .compose(
              next -> {
                handling--;
                Future<Void> concluded = conclude(delivery, next);
                read();
                return concluded;
              })
          .onComplete(done -> release(delivery));
    }
  }

  private void release(Delivery delivery) {
    inHand.remove(delivery);
    if (draining && inHand.size() == 0) {
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
            List.of(delivery.stream(), keys.parked(spec.name())),
            List.of(
                service,
                consumer,
                delivery.entry(),
                delivery.count(),
                again.waitMillis(),
                again.reason(),
                job,
                again.counts() ? 1 : 0))
        .<Void>mapEmpty()
        .recover(failure -> tryAgain().compose(ignored -> park(delivery, again)));
  }

  private Future<Void> tryAgain() {
    return link.connected().compose(ignored -> Pause.ofMillis(link.context(), TRY_AGAIN_MS));
  }

  @Override
  public Future<Void> tick(Beats beats) {
    int generation = link.generation();
    return recover(generation)
        .compose(
            ignored -> {
              ringing.addAll(streams());
              read();
              return takeOthers(beats);
            });
  }

  /** After a break of the connection, before anything new is read. */
  private Future<Void> recover(int generation) {
    if (inHand.isSure(generation)) {
      return Future.succeededFuture();
    }
    Future<Void> recovered = groups.ensure(streams());
    for (String stream : streams()) {
      recovered = recovered.compose(ignored -> recoverOne(stream));
    }
    return recovered.onSuccess(ignored -> inHand.sure(generation));
  }

  /** A read asks for no more than the prefetch, so no more can have been lost with its reply. */
  private Future<Void> recoverOne(String stream) {
    return groups.recover(stream, inHand, spec.prefetch()).onSuccess(this::accept).mapEmpty();
  }

  private Future<Void> takeOthers(Beats beats) {
    Future<?> taken = Future.succeededFuture();
    for (String tenant : List.copyOf(tenants)) {
      taken = taken.compose(ignored -> takeDue(tenant)).compose(ignored -> takeOver(tenant, beats));
    }
    return taken.mapEmpty();
  }

  /** Takes as much as fits now; the rest when there is room again, or at the next tick. */
  private Future<?> takeDue(String tenant) {
    int most = free();
    if (most <= 0) {
      overdue.add(tenant);
      return Future.succeededFuture();
    }
    String parked = new StreamKeys(tenant, service).parked(spec.name());
    return DUE.run(link, List.of(parked), List.of(service, consumer, most))
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
    if (free() <= 0) {
      return Future.succeededFuture();
    }
    String stream = streamOf(tenant);
    return groups
        .takeOver(stream, beats, free())
        .onSuccess(this::accept)
        .recover(
            failure ->
                Groups.isLost(failure)
                    ? groups.remake(List.of(stream)).map(List.of())
                    : Future.failedFuture(failure));
  }

  @Override
  public Future<Void> drain() {
    draining = true;
    if (inHand.size() == 0) {
      empty.tryComplete();
    }
    return empty.future();
  }
}
