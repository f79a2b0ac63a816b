package io.ruche.bus.faults;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A connection of the test to the broker that is dialled again for as long as it is open. Each dial
 * is a new client, so that nothing is sent again but by the test.
 */
final class MqttLine implements AutoCloseable {

  /** The protocol it speaks, and whether the broker keeps its subscriptions while it is away. */
  enum Kind {
    MQTT_5,
    MQTT_3,
    MQTT_5_WITH_SESSION
  }

  /**
   * A message that was received.
   *
   * @param commandId of an event or reply: what it is about
   * @param eventId of an event or reply: its own
   */
  record Heard(String topic, Buffer payload, String commandId, String eventId) {}

  /** A message to be sent; what MQTT 3.1.1 has no place for is left out. */
  record Message(
      String topic,
      Buffer payload,
      MqttQos qos,
      boolean retained,
      Map<String, String> properties,
      Long expirySeconds) {}

  private final URI broker;
  private final Kind kind;
  private final String clientId = "test-" + UUID.randomUUID();
  private final List<String> filters;
  private final Consumer<Heard> listener;
  private final Semaphore lost = new Semaphore(0);
  private final Thread dialler;
  private volatile Mqtt5AsyncClient five;
  private volatile Mqtt3AsyncClient three;
  private volatile boolean up;
  private volatile boolean closed;

  MqttLine(URI broker, Kind kind, List<String> filters, Consumer<Heard> listener) {
    this.broker = broker;
    this.kind = kind;
    this.filters = filters;
    this.listener = listener;
    dialler = Thread.ofVirtual().name("line " + kind).start(this::keepDialling);
  }

  boolean isUp() {
    return up;
  }

  /** Sends it now, or not at all; completes when the broker has it. */
  CompletableFuture<?> publish(Message message) {
    if (!up) {
      return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
    }
    if (kind == Kind.MQTT_3) {
      return three
          .publishWith()
          .topic(message.topic)
          .payload(message.payload.getBytes())
          .qos(message.qos)
          .retain(message.retained)
          .send();
    }
    Mqtt5UserPropertiesBuilder properties = Mqtt5UserProperties.builder();
    for (Map.Entry<String, String> property : message.properties.entrySet()) {
      properties = properties.add(property.getKey(), property.getValue());
    }
    var publish =
        Mqtt5Publish.builder()
            .topic(message.topic)
            .payload(message.payload.getBytes())
            .qos(message.qos)
            .retain(message.retained)
            .userProperties(properties.build());
    if (message.expirySeconds != null) {
      publish = publish.messageExpiryInterval(message.expirySeconds);
    }
    return five.publish(publish.build());
  }

  private void keepDialling() {
    while (!closed) {
      try {
        dial();
        lost.acquire();
      } catch (ExecutionException | TimeoutException failed) {
        pause();
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  private void pause() {
    try {
      boolean ignored = lost.tryAcquire(100, TimeUnit.MILLISECONDS);
      lost.drainPermits();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void dial() throws InterruptedException, ExecutionException, TimeoutException {
    lost.drainPermits();
    MqttClientBuilder builder =
        MqttClient.builder()
            .identifier(kind == Kind.MQTT_5_WITH_SESSION ? clientId : "test-" + UUID.randomUUID())
            .transportConfig()
            .serverHost(broker.getHost())
            .serverPort(broker.getPort())
            .mqttConnectTimeout(3, TimeUnit.SECONDS)
            .applyTransportConfig()
            .addDisconnectedListener(
                context -> {
                  up = false;
                  lost.release();
                });
    if (kind == Kind.MQTT_3) {
      dialThree(builder.useMqttVersion3().buildAsync());
    } else {
      dialFive(builder.useMqttVersion5().buildAsync());
    }
    up = true;
  }

  private void dialThree(Mqtt3AsyncClient client)
      throws InterruptedException, ExecutionException, TimeoutException {
    client.publishes(
        MqttGlobalPublishFilter.ALL,
        publish -> hear(publish.getTopic().toString(), publish.getPayloadAsBytes(), Map.of()));
    client.connectWith().cleanSession(true).keepAlive(5).send().get(10, TimeUnit.SECONDS);
    for (String filter : filters) {
      client
          .subscribeWith()
          .topicFilter(filter)
          .qos(MqttQos.AT_LEAST_ONCE)
          .send()
          .get(10, TimeUnit.SECONDS);
    }
    three = client;
  }

  private void dialFive(Mqtt5AsyncClient client)
      throws InterruptedException, ExecutionException, TimeoutException {
    client.publishes(
        MqttGlobalPublishFilter.ALL,
        publish -> {
          Map<String, String> properties = new java.util.HashMap<>();
          for (Mqtt5UserProperty property : publish.getUserProperties().asList()) {
            properties.put(property.getName().toString(), property.getValue().toString());
          }
          hear(publish.getTopic().toString(), publish.getPayloadAsBytes(), properties);
        });
    boolean session = kind == Kind.MQTT_5_WITH_SESSION;
    client
        .connectWith()
        .cleanStart(!session)
        .sessionExpiryInterval(session ? 0xFFFF_FFFFL : 0)
        .keepAlive(5)
        .send()
        .get(10, TimeUnit.SECONDS);
    for (String filter : filters) {
      client
          .subscribeWith()
          .topicFilter(filter)
          .qos(MqttQos.AT_LEAST_ONCE)
          .send()
          .get(10, TimeUnit.SECONDS);
    }
    five = client;
  }

  private void hear(String topic, byte[] payload, Map<String, String> properties) {
    String subject = properties.get("subject");
    String eventId = properties.get("id");
    if (eventId == null) {
      try {
        JsonObject ruche = new JsonObject(Buffer.buffer(payload)).getJsonObject("ruche");
        subject = ruche == null ? null : ruche.getString("commandId");
        eventId = ruche == null ? null : ruche.getString("id");
      } catch (DecodeException notJson) {
        // Then there is nothing to be known of it.
      }
    }
    listener.accept(
        new Heard(
            topic,
            Buffer.buffer(payload),
            subject == null ? "" : subject,
            eventId == null ? "" : eventId));
  }

  @Override
  public void close() {
    closed = true;
    dialler.interrupt();
    if (up) {
      var ignored = kind == Kind.MQTT_3 ? three.disconnect() : five.disconnect();
    }
  }
}
