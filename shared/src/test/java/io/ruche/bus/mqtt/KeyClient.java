package io.ruche.bus.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import io.ruche.auth.ApiKey;
import io.ruche.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A program that uses a broker with a user name and a password, and never reconnects. */
final class KeyClient implements AutoCloseable {

  private static final long BOUND_S = 10;

  private final Mqtt5AsyncClient client;
  private final List<String> received = new CopyOnWriteArrayList<>();

  private KeyClient(Mqtt5AsyncClient client) {
    this.client = client;
    client.publishes(
        MqttGlobalPublishFilter.ALL, publish -> received.add(publish.getTopic().toString()));
  }

  static KeyClient connect(int port, ApiKey key, Secret plain) {
    return connect(port, key.mqttUser(), plain.value(), "test-" + UUID.randomUUID());
  }

  /** Fails with {@link Mqtt5ConnAckException} when the broker does not let it in. */
  static KeyClient connect(int port, String user, String password, String id) {
    KeyClient client =
        new KeyClient(
            MqttClient.builder()
                .useMqttVersion5()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .simpleAuth()
                .username(user)
                .password(password.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildAsync());
    await(client.client.connect());
    return client;
  }

  /** Whether the broker lets it publish there; then it has the message. */
  boolean publish(String topic) {
    try {
      await(client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).send());
      return true;
    } catch (Mqtt5PubAckException refused) {
      return false;
    }
  }

  /** Whether the broker lets it subscribe. */
  boolean subscribe(String filter) {
    try {
      await(client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send());
      return true;
    } catch (Mqtt5SubAckException refused) {
      return false;
    }
  }

  boolean isConnected() {
    return client.getState().isConnected();
  }

  /** The topics of what came, in order. */
  List<String> received() {
    return received;
  }

  @Override
  public void close() {
    if (isConnected()) {
      await(client.disconnect());
    }
  }

  private static <T> T await(CompletableFuture<T> stage) {
    try {
      return stage.orTimeout(BOUND_S, TimeUnit.SECONDS).join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }
}
