package io.ruche.bus.redis;

import io.ruche.bus.Envelope;
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
 * of whoever did it before.
 */
public final class EventReader {

  /** Passes an event on; {@link #done} or {@link #bury} ends it. */
  public interface Sink {
    void accept(Item item);
  }

  /** One event in hand. */
  public record Item(String stream, String entry, Envelope event) {}

  private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);
  private static final RedisScript BURY = RedisScript.load(EventReader.class, "bury.lua");
  private static final String GROUP = "mqtt";
  private static final int BATCH = 512;

  private final RedisLink link;
  private final String service;
  private final int window;
  private final String consumer;
  private final Sink sink;
  private final Groups groups;
  private final GroupCommit<Item> done;
  private final Set<String> tenants = new TreeSet<>();

  /** Tenants whose former readers' events are being taken over; nothing new of theirs is read. */
  private final Set<String> adopting = new TreeSet<>();

  private final LinkedHashSet<String> ringing = new LinkedHashSet<>();
  private int inHand;
  private boolean reading;
  private boolean stopped;

  /**
   * @param window events in hand at most
   */
  public EventReader(RedisLink link, String service, String consumer, int window, Sink sink) {
    this.link = link;
    this.service = service;
    this.consumer = consumer;
    this.window = window;
    this.sink = sink;
    this.groups = new Groups(link, service, GROUP, consumer);
    this.done = new GroupCommit<>(link.context(), BATCH, this::acknowledge);
  }

  /** Takes over what former readers of this tenant had in hand, then reads on. */
  public Future<Void> addTenant(String tenant) {
    String stream = new StreamKeys(tenant, service).events();
    if (tenants.contains(tenant) || !adopting.add(tenant)) {
      return Future.succeededFuture();
    }
    return groups
        .ensure(List.of(stream))
        .compose(ignored -> adopt(stream))
        .onComplete(ignored -> adopting.remove(tenant))
        .onSuccess(
            ignored -> {
              tenants.add(tenant);
              ring(stream);
            });
  }

  private Future<Void> adopt(String stream) {
    return groups
        .consumers(stream)
        .compose(
            names -> {
              Future<Void> taken = Future.succeededFuture();
              for (String name : names) {
                if (!name.equals(consumer)) {
                  taken = taken.compose(ignored -> adoptFrom(stream, name));
                }
              }
              return taken;
            });
  }

  private Future<Void> adoptFrom(String stream, String name) {
    return groups
        .takeFrom(stream, name, window)
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
    if (stream.equals(new StreamKeys(StreamKeys.tenantOf(stream), service).events())
        && tenants.contains(StreamKeys.tenantOf(stream))) {
      ringing.add(stream);
      read();
    }
  }

  /** Looks at every tenant's events. */
  public void ringAll() {
    tenants.forEach(tenant -> ringing.add(new StreamKeys(tenant, service).events()));
    read();
  }

  private void read() {
    int free = window - inHand;
    if (stopped || reading || ringing.isEmpty() || free <= 0) {
      return;
    }
    reading = true;
    List<String> turn = ringing.stream().limit(free).toList();
    int each = free / turn.size();
    groups
        .read(turn, each)
        .onComplete(
            read -> {
              reading = false;
              if (read.succeeded()) {
                accept(read.result());
                again(turn, read.result(), each);
              } else if (Groups.isLost(read.cause())) {
                groups.ensure(turn).onSuccess(ignored -> read());
              }
            });
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
      inHand++;
      sink.accept(new Item(delivery.stream(), delivery.entry(), delivery.envelope()));
    }
  }

  /** The broker has it; from any thread. */
  public void done(Item item) {
    done.add(item);
  }

  /** The broker will never take it: to the dead letters, with the reason. */
  public void bury(Item item, String reason) {
    StreamKeys keys = new StreamKeys(item.event().tenant(), service);
    BURY.run(link, List.of(item.stream(), keys.deadLetters()), List.of(GROUP, item.entry(), reason))
        .onComplete(
            buried -> {
              if (buried.succeeded()) {
                release(1);
              } else {
                Pause.ofMillis(link.context(), 500).onSuccess(ignored -> bury(item, reason));
              }
            });
  }

  private Future<List<Item>> acknowledge(List<Item> batch) {
    Map<String, List<String>> byStream = new LinkedHashMap<>();
    for (Item item : batch) {
      byStream.computeIfAbsent(item.stream(), ignored -> new ArrayList<>()).add(item.entry());
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
                release(batch.size());
                return Future.succeededFuture(List.of());
              }
              LOG.debug("acknowledging events waits: {}", acked.cause().getMessage());
              return link.connected()
                  .compose(ignored -> Pause.ofMillis(link.context(), 100))
                  .map(ignored -> batch);
            });
  }

  private void release(int count) {
    inHand -= count;
    read();
  }

  /** Reads no more. What is in hand and not done is the next reader's. */
  public void stop() {
    stopped = true;
  }

  /** The streams that are read. */
  public List<String> streams() {
    return tenants.stream().map(tenant -> new StreamKeys(tenant, service).events()).toList();
  }
}
