package io.ruche.bus.redis;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.GroupCommit;
import io.ruche.bus.redis.stream.Groups;
import io.ruche.bus.redis.stream.InHand;
import io.ruche.bus.redis.stream.Pause;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings events and replies out of their streams, each tenant's in order, and lets them go when
 * they have been passed on. One process does this at a time, so it begins with all that was in hand
 * of whoever did it before. What a replica that counts has not on its disk yet is not passed on:
 * after the loss of the primary its command would be done again and say the same once more.
 */
public final class EventReader {

  /** Passes an event on; {@link #done} or {@link #bury} ends it. */
  public interface Sink {
    void accept(Item item);
  }

  /** One event in hand. */
  public record Item(Delivery delivery) {

    public Envelope event() {
      return delivery.envelope();
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);
  private static final RedisScript BURY = RedisScript.load(EventReader.class, "bury.lua");
  private static final String GROUP = "mqtt";
  private static final int BATCH = 512;

  private final RedisLink link;
  private final Replicas replicas;
  private final String service;
  private final String consumer;
  private final int window;
  private final Sink sink;
  private final Groups groups;
  private final GroupCommit<Item> done;
  private final Set<String> tenants = new TreeSet<>();

  /** Tenants whose former readers have nothing in hand any more. */
  private final Set<String> adopted = new TreeSet<>();

  private final LinkedHashSet<String> ringing = new LinkedHashSet<>();
  private final InHand inHand = new InHand();
  private boolean reading;
  private volatile boolean stopped;

  /**
   * @param window events in hand at most
   */
  public EventReader(
      RedisLink link, Replicas replicas, String service, String consumer, int window, Sink sink) {
    this.link = link;
    this.replicas = replicas;
    this.service = service;
    this.consumer = consumer;
    this.window = window;
    this.sink = sink;
    this.groups = new Groups(link, service, GROUP, consumer);
    this.done = new GroupCommit<>(link.context(), BATCH, item -> 1, this::acknowledge);
  }

  /** Adds a tenant; its events are read from the next {@link #tick} on. */
  public void addTenant(String tenant) {
    tenants.add(tenant);
  }

  /**
   * Takes over what former readers of a tenant had in hand, and what a broken connection may have
   * swallowed, then looks at every tenant's events. To be called once a second.
   */
  public Future<Void> tick() {
    int generation = link.generation();
    if (!inHand.isSure(generation)) {
      adopted.clear();
      ringing.clear();
      inHand.sure(generation);
    }
    Future<Void> all = Future.succeededFuture();
    for (String tenant : tenants) {
      String stream = streamOf(tenant);
      // Again at every tick: a former reader that was stopped may wake and read once more.
      all =
          all.compose(ignored -> adopt(stream, !adopted.contains(tenant)))
              .onSuccess(ignored -> adopted.add(tenant));
    }
    return all.onSuccess(
        ignored -> {
          adopted.forEach(tenant -> ringing.add(streamOf(tenant)));
          read();
        });
  }

  private String streamOf(String tenant) {
    return new StreamKeys(tenant, service).events();
  }

  /**
   * Takes over what other readers had in hand.
   *
   * @param own also what this one was sent without getting it
   */
  private Future<Void> adopt(String stream, boolean own) {
    return groups
        .ensure(List.of(stream))
        .compose(ignored -> groups.consumers(stream))
        .compose(
            names -> {
              Future<Void> taken = Future.succeededFuture();
              for (String name : names) {
                if (own || !name.equals(consumer)) {
                  taken = taken.compose(ignored -> adoptFrom(stream, name));
                }
              }
              return taken;
            });
  }

  private Future<Void> adoptFrom(String stream, String name) {
    int generation = link.generation();
    return groups
        .takeFrom(stream, name, window, inHand.of(stream))
        .compose(deliveries -> replicated(generation, deliveries))
        .compose(
            deliveries -> {
              accept(deliveries);
              return deliveries.size() < window
                  ? Future.succeededFuture()
                  : adoptFrom(stream, name);
            });
  }

  /** Something may have been added to this stream. */
  public void ring(String stream) {
    String tenant = StreamKeys.tenantOf(stream);
    if (adopted.contains(tenant) && stream.equals(streamOf(tenant))) {
      ringing.add(stream);
      read();
    }
  }

  private void read() {
    int free = window - inHand.size();
    if (stopped || reading || !inHand.isSure(link.generation()) || ringing.isEmpty() || free <= 0) {
      return;
    }
    reading = true;
    List<String> turn = ringing.stream().limit(free).toList();
    int each = free / turn.size();
    int generation = link.generation();
    groups
        .read(turn, each)
        .compose(deliveries -> replicated(generation, deliveries))
        .onComplete(
            read -> {
              reading = false;
              if (read.succeeded()) {
                accept(read.result());
                again(turn, read.result(), each);
              } else if (Groups.isLost(read.cause())) {
                groups.remake(turn).onSuccess(ignored -> read());
              }
            });
  }

  private Future<List<Delivery>> replicated(int generation, List<Delivery> deliveries) {
    return deliveries.isEmpty()
        ? Future.succeededFuture(deliveries)
        : replicas.await(generation).map(deliveries);
  }

  private void again(List<String> turn, List<Delivery> deliveries, int each) {
    for (String stream : turn) {
      ringing.remove(stream);
      if (deliveries.stream().filter(d -> d.stream().equals(stream)).count() == each) {
        ringing.add(stream);
      }
    }
    read();
  }

  private void accept(List<Delivery> deliveries) {
    for (Delivery delivery : deliveries) {
      if (stopped) {
        return;
      }
      if (inHand.add(delivery)) {
        sink.accept(new Item(delivery));
      }
    }
  }

  /** The broker has it; from any thread. */
  public void done(Item item) {
    done.add(item);
  }

  /** The broker will never take it: to the dead letters, with the reason. */
  public void bury(Item item, String reason) {
    StreamKeys keys = new StreamKeys(item.event().tenant(), service);
    BURY.run(
            link,
            List.of(item.delivery.stream(), keys.deadLetters()),
            List.of(GROUP, item.delivery.entry(), reason))
        .onComplete(
            buried -> {
              if (buried.succeeded()) {
                release(List.of(item));
              } else {
                Pause.ofMillis(link.context(), 500).onSuccess(ignored -> bury(item, reason));
              }
            });
  }

  private Future<List<Item>> acknowledge(List<Item> batch) {
    Map<String, List<String>> byStream = new LinkedHashMap<>();
    for (Item item : batch) {
      byStream
          .computeIfAbsent(item.delivery.stream(), ignored -> new ArrayList<>())
          .add(item.delivery.entry());
    }
    List<Future<?>> sent = new ArrayList<>();
    byStream.forEach(
        (stream, entries) -> {
          Request ack = Request.cmd(Command.XACK).arg(stream).arg(GROUP);
          entries.forEach(ack::arg);
          sent.add(link.send(ack));
        });
    return Future.join(sent)
        .transform(
            acked -> {
              if (acked.succeeded()) {
                release(batch);
                return Future.succeededFuture(List.of());
              }
              LOG.debug("acknowledging events waits: {}", acked.cause().getMessage());
              return link.connected()
                  .compose(ignored -> Pause.ofMillis(link.context(), 100))
                  .map(ignored -> batch);
            });
  }

  private void release(List<Item> items) {
    items.forEach(item -> inHand.remove(item.delivery));
    read();
  }

  /** Reads no more. What is in hand and not done is the next reader's. */
  public void stop() {
    stopped = true;
  }

  /** Whether {@link #stop} was called. */
  public boolean isStopped() {
    return stopped;
  }
}
