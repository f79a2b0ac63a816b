package io.ruche.bus.faults;

import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.ruche.bus.faults.Ledger.Order;
import io.ruche.bus.faults.MqttLine.Heard;
import io.ruche.bus.faults.MqttLine.Message;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client that sends single messages, good and bad ones, and hears all that concerns it. */
final class Tester implements AutoCloseable {

  static final String CLIENT = "tester";

  private final Ledger ledger;
  private final MqttLine line;
  private final List<Heard> heard = new CopyOnWriteArrayList<>();

  Tester(URI broker, Ledger ledger) {
    this.ledger = ledger;
    line =
        new MqttLine(
            broker,
            MqttLine.Kind.MQTT_5,
            List.of(
                "ruche/" + Rig.TENANT + "/receipt/" + CLIENT + "/+",
                "ruche/" + Rig.TENANT + "/reply/" + CLIENT + "/+",
                "ruche/" + Rig.TENANT + "/evt/" + FaultService.SERVICE + "/+"),
            this::hear);
  }

  private void hear(Heard message) {
    heard.add(message);
    if (message.topic().contains("/receipt/")) {
      ledger.receipted(message.payload().toJsonObject());
    } else {
      ledger.heard(message.commandId(), message.eventId());
    }
  }

  /** Sends a command until it is receipted. */
  Order send(String command, String id, String body) {
    Order order = ledger.add(id, CLIENT, command, "", body);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              order.sendUnlessReceipted(() -> publishQuietly(command, id, body));
              return order.isReceipted();
            });
    return order;
  }

  private void publishQuietly(String command, String id, String body) {
    var ignored =
        line.publish(
            new Message(
                Rig.topic(CLIENT, command),
                Buffer.buffer(body),
                MqttQos.AT_LEAST_ONCE,
                false,
                Map.of("id", id),
                null));
  }

  /** Sends one message once and waits until the broker has it. */
  void publish(Message message) throws ExecutionException, InterruptedException, TimeoutException {
    await().atMost(Duration.ofSeconds(10)).until(line::isUp);
    line.publish(message).get(10, TimeUnit.SECONDS);
  }

  /** A QoS 1 message to a command, without properties. */
  static Message message(String command, byte[] payload) {
    return new Message(
        Rig.topic(CLIENT, command),
        Buffer.buffer(payload),
        MqttQos.AT_LEAST_ONCE,
        false,
        Map.of(),
        null);
  }

  static Message message(String command, String payload) {
    return message(command, payload.getBytes(StandardCharsets.UTF_8));
  }

  /** What was heard on topics that end so. */
  List<Heard> heard(String topicEnd) {
    return heard.stream().filter(message -> message.topic().endsWith(topicEnd)).toList();
  }

  /** Waits for the {@code count}th message on a topic that ends so. */
  Heard awaitHeard(String topicEnd, int count) {
    return await(topicEnd)
        .atMost(Duration.ofSeconds(15))
        .until(() -> heard(topicEnd), all -> all.size() >= count)
        .get(count - 1);
  }

  @Override
  public void close() {
    line.close();
  }
}
