package io.ruche.bus.faults;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.ruche.bus.faults.Ledger.Order;
import io.ruche.bus.faults.MqttLine.Heard;
import io.ruche.bus.faults.MqttLine.Message;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends commands at a bounded rate by MQTT 5, MQTT 3.1.1 and HTTP. It repeats an id until its
 * receipt is here, and never after.
 */
final class Load implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Load.class);
  private static final Set<String> CLIENTS = Set.of("v5", "v3", Rig.HTTP_CLIENT);
  private static final int KEYS = 48;
  private static final Duration HTTP_BOUND = Duration.ofSeconds(5);

  private final Ledger ledger;
  private final MqttLine five;
  private final MqttLine three;
  private final Supplier<List<ServiceProcess>> services;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong sent = new AtomicLong();
  private volatile int rate;
  private volatile int mostOpen = 600;
  private volatile String how = "";
  private double credit;
  private long last = System.nanoTime();

  Load(URI broker, Ledger ledger, Supplier<List<ServiceProcess>> services) {
    this.ledger = ledger;
    this.services = services;
    five = new MqttLine(broker, MqttLine.Kind.MQTT_5, filters("v5"), this::hear);
    three = new MqttLine(broker, MqttLine.Kind.MQTT_3, filters("v3"), this::hear);
    var ticking = clock.scheduleAtFixedRate(this::tick, 0, 5, TimeUnit.MILLISECONDS);
    LOG.debug("load runs: {}", !ticking.isDone());
  }

  private static List<String> filters(String client) {
    return List.of(
        "ruche/" + Rig.TENANT + "/receipt/" + client + "/+",
        "ruche/" + Rig.TENANT + "/evt/" + FaultService.SERVICE + "/+");
  }

  private void hear(Heard heard) {
    if (heard.topic().contains("/receipt/")) {
      ledger.receipted(heard.payload().toJsonObject());
    } else {
      ledger.heard(heard.commandId(), heard.eventId());
    }
  }

  /** New commands per second from now on; those without a receipt are repeated at any rate. */
  void rate(int perSecond) {
    rate = perSecond;
  }

  /** How many commands may be without a receipt before no new ones are sent. */
  void mostOpen(int most) {
    mostOpen = most;
  }

  /** Members that every payload from now on has besides its own, such as {@code "work":50,}. */
  void how(String members) {
    how = members;
  }

  boolean isConnected() {
    return five.isUp() && three.isUp();
  }

  private void tick() {
    try {
      long now = System.nanoTime();
      credit = Math.min(rate, credit + rate * (now - last) / 1e9);
      last = now;
      while (credit >= 1 && ledger.openCount() < mostOpen) {
        credit--;
        sendNew(sent.getAndIncrement());
      }
      for (Order order : ledger.open()) {
        if (CLIENTS.contains(order.client)) {
          send(order);
        }
      }
    } catch (RuntimeException failure) {
      LOG.error("the load stumbled", failure);
    }
  }

  private void sendNew(long n) {
    String command = n % 5 < 2 ? FaultService.STEP : FaultService.SAY;
    String client = n % 20 == 19 ? Rig.HTTP_CLIENT : n % 2 == 0 ? "v5" : "v3";
    // A key has one sender, so that its order is defined.
    String key = client + "-k" + n % KEYS;
    String id = client + "-" + n;
    String own = client.equals("v3") ? ruche(id, key) : "";
    send(ledger.add(id, client, command, key, "{" + own + how + "\"n\":" + n + "}"));
  }

  private static String ruche(String id, String key) {
    return "\"ruche\":" + new JsonObject().put("id", id).put("key", key).encode() + ",";
  }

  private void send(Order order) {
    order.sendUnlessReceipted(
        () -> {
          if (order.client.equals(Rig.HTTP_CLIENT)) {
            post(order);
          } else {
            publish(order);
          }
        });
  }

  private void publish(Order order) {
    MqttLine line = order.client.equals("v5") ? five : three;
    var ignored =
        line.publish(
            new Message(
                Rig.topic(order.client, order.command),
                Buffer.buffer(order.body),
                MqttQos.AT_LEAST_ONCE,
                false,
                Map.of("id", order.id, "key", order.key),
                null));
  }

  private void post(Order order) {
    List<ServiceProcess> alive = services.get();
    if (alive.isEmpty()) {
      return;
    }
    ServiceProcess one = alive.get(order.sendings() % alive.size());
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d/%s/%s/%s"
                        .formatted(one.httpPort(), order.command, order.key, order.id)))
            .timeout(HTTP_BOUND)
            .POST(BodyPublishers.ofString(order.body))
            .build();
    var ignored =
        http.sendAsync(request, BodyHandlers.ofString())
            .thenAccept(
                answer -> {
                  if (answer.statusCode() == 202) {
                    ledger.receipted(new JsonObject(answer.body()));
                  }
                });
  }

  @Override
  public void close() {
    clock.shutdownNow();
    five.close();
    three.close();
    http.close();
  }
}
