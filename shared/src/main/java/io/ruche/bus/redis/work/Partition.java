package io.ruche.bus.redis.work;

import io.ruche.bus.CommandSpec;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Groups;
import io.ruche.bus.redis.stream.Lease;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of an ordered command, for all tenants. It has one owner at a time, who begins with
 * all that former owners had in hand and reads only behind a fence that keeps them out.
 */
final class Partition {

  private static final Logger LOG = LoggerFactory.getLogger(Partition.class);
  private static final RedisScript READ = RedisScript.load(Partition.class, "read-fenced.lua");
  private static final RedisScript ADOPT = RedisScript.load(Partition.class, "adopt.lua");
  private static final int ADOPT_AT_ONCE = 128;

  private final RedisLink link;
  private final String service;
  private final String consumer;
  private final CommandSpec spec;
  private final int index;
  private final Execution execution;
  private final Finisher finisher;
  private final Groups groups;
  private final Lease lease;
  private final Set<String> tenants = new LinkedHashSet<>();

  /** Tenants whose former deliveries are in hand, so that new ones may be read. */
  private final Set<String> adopted = new HashSet<>();

  private final Set<String> ringing = new LinkedHashSet<>();
  private Chains chains;
  private int generation;
  private boolean owned;
  private boolean reading;
  private boolean leaving;

  Partition(
      RedisLink link,
      String service,
      String consumer,
      CommandSpec spec,
      int index,
      Execution execution,
      Finisher finisher) {
    this.link = link;
    this.service = service;
    this.consumer = consumer;
    this.spec = spec;
    this.index = index;
    this.execution = execution;
    this.finisher = finisher;
    this.groups = new Groups(link, service, service, consumer);
    this.lease =
        new Lease(link, StreamKeys.lease(service + ":" + spec.name() + ":p" + index), consumer);
    this.chains = newChains();
  }

  private Chains newChains() {
    return new Chains(
        link, service, consumer, execution, finisher, this::read, this::lookWhoseItIs);
  }

  String stream(String tenant) {
    return new StreamKeys(tenant, service).partition(spec.name(), index);
  }

  private String fence(String tenant) {
    return new StreamKeys(tenant, service).partitionFence(spec.name(), index);
  }

  boolean isOwned() {
    return owned;
  }

  /** Whether nobody seems to own it. */
  boolean seemsFree() {
    return lease.seemsFree();
  }

  int inHand() {
    return chains.running();
  }

  void addTenant(String tenant) {
    tenants.add(tenant);
  }

  void ring(String stream) {
    if (owned) {
      ringing.add(stream);
      read();
    }
  }

  /**
   * Renews ownership, or takes it over from a dead owner.
   *
   * @param wanted whether to take it also when nobody has it
   */
  Future<Void> tick(boolean wanted) {
    if (leaving) {
      return Future.succeededFuture();
    }
    return lease.tick(wanted).compose(held -> held ? keep() : lose());
  }

  private Future<Void> lose() {
    if (owned) {
      LOG.warn("{} {}: partition {} went to another process", service, spec.name(), index);
      forget();
    }
    return Future.succeededFuture();
  }

  /** Gives the partition up if another process has it by now. */
  private Future<Void> lookWhoseItIs() {
    return lease.tick(false).compose(held -> held ? Future.succeededFuture() : lose());
  }

  private void forget() {
    owned = false;
    adopted.clear();
    ringing.clear();
    chains.abandon();
    chains = newChains();
  }

  private Future<Void> keep() {
    if (owned && generation != link.generation()) {
      // A reply may have been lost with the connection, so what is in hand is found out anew.
      forget();
    }
    owned = true;
    generation = link.generation();
    Future<Void> all = Future.succeededFuture();
    for (String tenant : tenants) {
      if (!adopted.contains(tenant)) {
        Chains into = chains;
        all =
            all.compose(ignored -> adopt(tenant, "-", into))
                .onSuccess(ignored -> adopted.add(tenant));
      }
    }
    return all.onSuccess(ignored -> tenants.forEach(tenant -> ring(stream(tenant))));
  }

  private Future<Void> adopt(String tenant, String after, Chains into) {
    String stream = stream(tenant);
    return groups
        .ensure(List.of(stream))
        .compose(
            ignored ->
                ADOPT.run(
                    link,
                    List.of(stream, fence(tenant)),
                    List.of(service, consumer, lease.epoch(), after, ADOPT_AT_ONCE)))
        .compose(
            reply -> {
              for (int i = 1; i < reply.size(); i++) {
                into.addAdopted(Delivery.claimed(reply.get(i)));
              }
              String last = reply.get(0).toString();
              return last.isEmpty() ? Future.succeededFuture() : adopt(tenant, "(" + last, into);
            });
  }

  private void read() {
    int free = Math.min(spec.prefetch() - chains.ready(), Chains.MOST_HELD_UP - chains.heldUp());
    if (!owned || leaving || reading || ringing.isEmpty() || free <= 0) {
      return;
    }
    if (generation != link.generation()) {
      // What a lost reply brought comes before anything new; the next tick finds it.
      return;
    }
    String stream = ringing.iterator().next();
    ringing.remove(stream);
    String tenant = StreamKeys.tenantOf(stream);
    if (!adopted.contains(tenant)) {
      read();
      return;
    }
    reading = true;
    Chains into = chains;
    READ.run(link, List.of(stream, fence(tenant)), List.of(service, consumer, lease.epoch(), free))
        .onComplete(
            read -> {
              reading = false;
              if (read.succeeded()) {
                accept(stream, read.result(), free, into);
              } else if (Groups.isLost(read.cause())) {
                groups.remake(List.of(stream)).onSuccess(ignored -> ring(stream));
              } else {
                LOG.debug("{}: cannot read, {}", stream, read.cause().getMessage());
              }
              read();
            });
  }

  private void accept(String stream, Response entries, int asked, Chains into) {
    for (Response entry : entries) {
      into.add(Delivery.of(stream, 1, entry));
    }
    if (entries.size() == asked) {
      ringing.add(stream);
    }
  }

  /** Finishes what runs and gives the partition up; what waits is the next owner's. */
  Future<Void> leave() {
    Promise<Void> left = Promise.promise();
    leaving = true;
    chains
        .finishRunning()
        .compose(ignored -> lease.release())
        .onComplete(
            released -> {
              forget();
              leaving = false;
              left.complete();
            });
    return left.future();
  }
}
