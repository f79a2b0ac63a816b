package io.ruche.bus.redis;

import io.ruche.bus.CommandSpec;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of an ordered command, for all tenants. Its one owner at a time runs the deliveries
 * of each key one after the other; a delivery that waits for its next attempt holds up its own key
 * and nothing else.
 */
final class Partition {

  private static final Logger LOG = LoggerFactory.getLogger(Partition.class);
  private static final RedisScript READ = RedisScript.load(Partition.class, "read-fenced.lua");
  private static final RedisScript ADOPT = RedisScript.load(Partition.class, "adopt.lua");
  private static final RedisScript AGAIN = RedisScript.load(Partition.class, "again.lua");
  private static final int ADOPT_AT_ONCE = 128;

  /** Deliveries held up behind waiting ones; at this bound the partition reads no more. */
  private static final int MOST_HELD_UP = 1_000;

  /** Deliveries of one key, the one that runs or waits first. */
  private static final class Chain {
    private final ArrayDeque<Delivery> deliveries = new ArrayDeque<>();
    private boolean waiting;
  }

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
  private final Set<String> ringing = new LinkedHashSet<>();
  private Map<String, Chain> chains = new HashMap<>();
  private int running;
  private boolean owned;
  private boolean reading;
  private boolean leaving;
  private Promise<Void> idle = Promise.promise();

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
  }

  String stream(String tenant) {
    return new StreamKeys(tenant, service).partition(spec.name(), index);
  }

  boolean isOwned() {
    return owned;
  }

  int inHand() {
    return running;
  }

  void addTenant(String tenant) {
    if (tenants.add(tenant) && owned) {
      adopt(tenant, "-", new ArrayList<>()).onSuccess(ignored -> ring(stream(tenant)));
    }
  }

  void ring(String stream) {
    if (owned) {
      ringing.add(stream);
      read();
    }
  }

  /** Renews or seeks ownership; {@code wanted} tells whether this process may own one more. */
  Future<Void> tick(boolean wanted) {
    if (leaving || (!owned && !wanted)) {
      return Future.succeededFuture();
    }
    return lease
        .tick()
        .compose(
            held -> {
              if (held && !owned) {
                return takeOwnership();
              }
              if (!held && owned) {
                forget();
              }
              tenants.forEach(tenant -> ring(stream(tenant)));
              return Future.succeededFuture();
            });
  }

  private Future<Void> takeOwnership() {
    Future<Void> adopted = Future.succeededFuture();
    for (String tenant : List.copyOf(tenants)) {
      adopted = adopted.compose(ignored -> adopt(tenant, "-", new ArrayList<>()));
    }
    return adopted.onSuccess(
        ignored -> {
          owned = true;
          chains.values().forEach(this::runFirst);
          tenants.forEach(tenant -> ring(stream(tenant)));
        });
  }

  /** All that former owners had in hand comes before anything new. */
  private Future<Void> adopt(String tenant, String after, List<Delivery> found) {
    String stream = stream(tenant);
    String fence = new StreamKeys(tenant, service).partitionFence(spec.name(), index);
    return groups
        .ensure(List.of(stream))
        .compose(
            ignored ->
                ADOPT.run(
                    link,
                    List.of(stream, fence),
                    List.of(service, consumer, lease.epoch(), after, ADOPT_AT_ONCE)))
        .map(Delivery::fromClaim)
        .compose(
            batch -> {
              found.addAll(batch);
              if (batch.size() == ADOPT_AT_ONCE) {
                return adopt(tenant, "(" + batch.getLast().entry(), found);
              }
              found.forEach(this::enqueue);
              return Future.succeededFuture();
            });
  }

  private void enqueue(Delivery delivery) {
    String tenant = delivery.envelope().tenant();
    String key = delivery.envelope().key();
    String chainKey = tenant + "/" + (key == null ? delivery.envelope().id() : key);
    Chain chain = chains.computeIfAbsent(chainKey, ignored -> new Chain());
    chain.deliveries.add(delivery);
    if (owned && chain.deliveries.size() == 1) {
      runFirst(chain);
    }
  }

  private void read() {
    int free = spec.prefetch() - held(false);
    if (!owned || leaving || reading || ringing.isEmpty() || free <= 0) {
      return;
    }
    if (held(true) >= MOST_HELD_UP) {
      return;
    }
    reading = true;
    String stream = ringing.iterator().next();
    ringing.remove(stream);
    String tenant = StreamKeys.tenantOf(stream);
    String fence = new StreamKeys(tenant, service).partitionFence(spec.name(), index);
    READ.run(link, List.of(stream, fence), List.of(service, consumer, lease.epoch(), free))
        .onComplete(
            read -> {
              reading = false;
              if (read.succeeded()) {
                accept(stream, read.result(), free);
              } else if (Groups.isLost(read.cause())) {
                groups.ensure(List.of(stream)).onSuccess(ignored -> ring(stream));
              } else if (String.valueOf(read.cause().getMessage()).startsWith("FENCED")) {
                forget();
              }
              read();
            });
  }

  private void accept(String stream, Response entries, int asked) {
    for (Response entry : entries) {
      enqueue(Delivery.of(stream, 1, entry));
    }
    if (entries.size() == asked) {
      ringing.add(stream);
    }
  }

  private int held(boolean waiting) {
    int held = 0;
    for (Chain chain : chains.values()) {
      held += chain.waiting == waiting ? chain.deliveries.size() : 0;
    }
    return held;
  }

  private void runFirst(Chain chain) {
    Delivery delivery = chain.deliveries.peek();
    if (delivery == null || chain.waiting) {
      return;
    }
    Map<String, Chain> mine = chains;
    running++;
    execution
        .run(delivery)
        .compose(next -> conclude(chain, delivery, next))
        .onComplete(
            done -> {
              running--;
              if (leaving && running == 0) {
                idle.tryComplete();
              }
              // After a loss of the partition the chains of then are nobody's.
              if (mine == chains && Boolean.TRUE.equals(done.result())) {
                next(chain);
              }
            });
  }

  private void next(Chain chain) {
    chain.deliveries.poll();
    if (chain.deliveries.isEmpty()) {
      chains.values().remove(chain);
    } else if (!leaving) {
      runFirst(chain);
    }
    read();
  }

  /** Completes with whether the delivery is over. */
  private Future<Boolean> conclude(Chain chain, Delivery delivery, Execution.Next next) {
    return switch (next) {
      case Execution.Next.End end -> finisher.commit(end.ending()).map(verdict -> true);
      case Execution.Next.Again again -> {
        waitAndRunAgain(chain, delivery, again.waitMillis());
        yield Future.succeededFuture(false);
      }
    };
  }

  private void waitAndRunAgain(Chain chain, Delivery delivery, long millis) {
    chain.waiting = true;
    Map<String, Chain> mine = chains;
    Pause.ofMillis(link.context(), millis)
        .compose(ignored -> link.connected())
        .compose(
            ignored ->
                AGAIN.run(
                    link,
                    List.of(delivery.stream()),
                    List.of(service, consumer, delivery.entry(), delivery.count())))
        .onComplete(
            counted -> {
              if (mine != chains || leaving) {
                return;
              }
              if (counted.failed()) {
                waitAndRunAgain(chain, delivery, 200);
                return;
              }
              chain.waiting = false;
              int count = counted.result().toInteger();
              if (count == 0) {
                next(chain);
              } else {
                chain.deliveries.poll();
                chain.deliveries.addFirst(
                    new Delivery(delivery.stream(), delivery.entry(), count, delivery.envelope()));
                runFirst(chain);
              }
            });
  }

  private void forget() {
    LOG.warn("{} {}: partition {} went to another process", service, spec.name(), index);
    owned = false;
    ringing.clear();
    chains = new HashMap<>();
  }

  /** Finishes what runs and gives the partition up; what waits is the next owner's. */
  Future<Void> leave() {
    leaving = true;
    idle = Promise.promise();
    if (running == 0) {
      idle.complete();
    }
    return idle.future()
        .compose(ignored -> lease.release())
        .onComplete(
            released -> {
              owned = false;
              leaving = false;
              chains = new HashMap<>();
            });
  }
}
