package io.ruche.bus.faults;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What was sent, receipted, effected and heard of: the judge's memory. Thread-safe. */
final class Ledger {

  private static final long FIRST_REPEAT_NANOS = 2_000_000_000L;

  /** One command with an id of its own, however often it is sent. */
  static final class Order {
    final String id;
    final String client;
    final String command;
    final String key;
    final String body;
    final long firstSent = System.nanoTime();
    private long lastSent;
    private int sendings;
    private String stream = "";
    private String entry = "";
    private long receipted;
    private volatile long heard;
    final Set<String> eventsHeard = ConcurrentHashMap.newKeySet();

    Order(String id, String client, String command, String key, String body) {
      this.id = id;
      this.client = client;
      this.command = command;
      this.key = key;
      this.body = body;
    }

    /** Sends it unless its receipt is here or it was sent a moment ago; ever more rarely. */
    synchronized void sendUnlessReceipted(Runnable sending) {
      long now = System.nanoTime();
      long quiet = FIRST_REPEAT_NANOS << Math.clamp(sendings - 1, 0, 2);
      if (receipted == 0 && (sendings == 0 || now - lastSent > quiet)) {
        lastSent = now;
        sendings++;
        sending.run();
      }
    }

    synchronized void receipt(String inStream, String asEntry) {
      if (receipted == 0) {
        receipted = System.nanoTime();
        stream = inStream;
        entry = asEntry;
      }
    }

    synchronized boolean isReceipted() {
      return receipted != 0;
    }

    synchronized long receiptedAt() {
      return receipted;
    }

    synchronized String stream() {
      return stream;
    }

    synchronized String entry() {
      return entry;
    }

    synchronized int sendings() {
      return sendings;
    }

    /** When the first event about it was heard; 0 before. */
    long heardAt() {
      return heard;
    }
  }

  private final Map<String, Order> orders = new ConcurrentHashMap<>();
  private final Set<Order> open = ConcurrentHashMap.newKeySet();
  private final Collection<Order> inOrder = new ConcurrentLinkedQueue<>();

  Order add(String id, String client, String command, String key, String body) {
    Order order = new Order(id, client, command, key, body);
    orders.put(id, order);
    open.add(order);
    inOrder.add(order);
    return order;
  }

  /** A receipt came, by MQTT or as the body of a 202. */
  void receipted(JsonObject receipt) {
    Order order = orders.get(receipt.getString("id"));
    if (order != null) {
      order.receipt(receipt.getString("stream"), receipt.getString("entry"));
      open.remove(order);
    }
  }

  /** An event about a command came by MQTT. */
  void heard(String commandId, String eventId) {
    Order order = orders.get(commandId);
    if (order != null) {
      order.eventsHeard.add(eventId);
      if (order.heard == 0) {
        order.heard = System.nanoTime();
      }
    }
  }

  Order find(String id) {
    return orders.get(id);
  }

  /** Orders without a receipt, oldest first. */
  List<Order> open() {
    List<Order> all = new ArrayList<>(open);
    all.sort(Comparator.comparingLong(order -> order.firstSent));
    return all;
  }

  int openCount() {
    return open.size();
  }

  long receiptedCount() {
    return (long) orders.size() - open.size();
  }

  /** Leaves out what was sent before {@code time}: it is not to be judged. */
  void forgetBefore(long time) {
    inOrder.removeIf(order -> order.firstSent < time);
  }

  /** In the order in which they were first sent. */
  Collection<Order> all() {
    return inOrder;
  }
}
