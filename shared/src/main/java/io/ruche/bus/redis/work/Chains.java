package io.ruche.bus.redis.work;

import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Pause;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What the owner of a partition has in hand, a chain for each key: the deliveries of a key run one
 * after the other. One that waits for its next attempt holds up its own chain and nothing else.
 */
final class Chains {

  /** Deliveries held up behind waiting ones; at this bound the partition reads no more. */
  static final int MOST_HELD_UP = 1_000;

  private static final RedisScript AGAIN = RedisScript.load(Chains.class, "again.lua");
  private static final long TRY_AGAIN_MS = 200;

  private static final class Chain {
    private final ArrayDeque<Delivery> deliveries = new ArrayDeque<>();
    private boolean waiting;
  }

  private final RedisLink link;
  private final String service;
  private final String consumer;
  private final Execution execution;
  private final Finisher finisher;
  private final Runnable onRoom;
  private final Supplier<Future<Void>> onDoubt;
  private final Map<String, Chain> chains = new HashMap<>();

  /** Entries that were taken over, so that their next attempt is yet to be counted. */
  private final Set<String> uncounted = new HashSet<>();

  private final Promise<Void> idle = Promise.promise();
  private int running;
  private boolean closed;

  /**
   * @param onRoom called when more may be taken
   * @param onDoubt looks whether this process is still the owner, and abandons this if it is not
   */
  Chains(
      RedisLink link,
      String service,
      String consumer,
      Execution execution,
      Finisher finisher,
      Runnable onRoom,
      Supplier<Future<Void>> onDoubt) {
    this.link = link;
    this.service = service;
    this.consumer = consumer;
    this.execution = execution;
    this.finisher = finisher;
    this.onRoom = onRoom;
    this.onDoubt = onDoubt;
  }

  /** Adds a new delivery behind all of its key. */
  void add(Delivery delivery) {
    String tenant = delivery.envelope().tenant();
    String key = delivery.envelope().key();
    String name = tenant + "/" + (key == null ? delivery.envelope().id() : key);
    Chain chain = chains.computeIfAbsent(name, ignored -> new Chain());
    chain.deliveries.add(delivery);
    if (chain.deliveries.size() == 1) {
      runFirst(chain);
    }
  }

  /** Adds one that a former owner had in hand: its next attempt counts. */
  void addAdopted(Delivery delivery) {
    uncounted.add(delivery.entry());
    add(delivery);
  }

  int running() {
    return running;
  }

  /** Deliveries in chains that run. */
  int ready() {
    return count(false);
  }

  /** Deliveries in chains that wait. */
  int heldUp() {
    return count(true);
  }

  private int count(boolean waiting) {
    int count = 0;
    for (Chain chain : chains.values()) {
      count += chain.waiting == waiting ? chain.deliveries.size() : 0;
    }
    return count;
  }

  private void runFirst(Chain chain) {
    Delivery delivery = chain.deliveries.peek();
    if (closed || delivery == null || chain.waiting) {
      return;
    }
    if (uncounted.remove(delivery.entry())) {
      runAgainAfter(chain, delivery, 0);
      return;
    }
    running++;
    execution
        .run(delivery)
        .compose(next -> conclude(chain, delivery, next))
        .onComplete(
            over -> {
              running--;
              if (closed) {
                completeIfIdle();
              } else if (Boolean.TRUE.equals(over.result())) {
                next(chain);
              }
            });
  }

  /** Completes with whether the delivery is over. */
  private Future<Boolean> conclude(Chain chain, Delivery delivery, Execution.Next next) {
    return switch (next) {
      case Execution.Next.End end ->
          finisher
              .commit(end.ending())
              .compose(
                  verdict ->
                      verdict == Finisher.Verdict.NOT_OURS
                          ? beSure()
                          : Future.<Void>succeededFuture())
              .map(sure -> true);
      case Execution.Next.Again again -> {
        if (again.counts()) {
          runAgainAfter(chain, delivery, again.waitMillis());
        } else {
          chain.waiting = true;
          Pause.ofMillis(link.context(), again.waitMillis())
              .onSuccess(
                  ignored -> {
                    chain.waiting = false;
                    runFirst(chain);
                  });
        }
        yield Future.succeededFuture(false);
      }
    };
  }

  /**
   * To be called when a delivery was another's: then perhaps the whole partition is, and what
   * follows in the chain would be done twice and out of turn.
   */
  private Future<Void> beSure() {
    if (closed) {
      return Future.succeededFuture();
    }
    return onDoubt
        .get()
        .recover(
            away ->
                link.connected()
                    .compose(ignored -> Pause.ofMillis(link.context(), TRY_AGAIN_MS))
                    .compose(ignored -> beSure()));
  }

  private void next(Chain chain) {
    chain.deliveries.poll();
    if (chain.deliveries.isEmpty()) {
      chains.values().remove(chain);
    } else {
      runFirst(chain);
    }
    onRoom.run();
  }

  private void runAgainAfter(Chain chain, Delivery delivery, long millis) {
    chain.waiting = true;
    Future<Void> wait =
        millis == 0 ? Future.succeededFuture() : Pause.ofMillis(link.context(), millis);
    wait.compose(
            ignored ->
                AGAIN.run(
                    link,
                    List.of(delivery.stream()),
                    List.of(service, consumer, delivery.entry(), delivery.count())))
        .onComplete(
            counted -> {
              if (closed) {
                return;
              }
              if (counted.failed()) {
                link.connected().onSuccess(ignored -> runAgainAfter(chain, delivery, TRY_AGAIN_MS));
                return;
              }
              int count = counted.result().toInteger();
              if (count == 0) {
                beSure()
                    .onSuccess(
                        sure -> {
                          chain.waiting = false;
                          if (!closed) {
                            next(chain);
                          }
                        });
              } else {
                chain.waiting = false;
                chain.deliveries.poll();
                chain.deliveries.addFirst(delivery.counted(count));
                runFirst(chain);
                onRoom.run();
              }
            });
  }

  /** Runs nothing more; what runs may end, and its end is committed if it is still this owner's. */
  void abandon() {
    closed = true;
  }

  /** As {@link #abandon}; completes when nothing runs. */
  Future<Void> finishRunning() {
    closed = true;
    completeIfIdle();
    return idle.future();
  }

  private void completeIfIdle() {
    if (running == 0) {
      idle.tryComplete();
    }
  }
}
