package io.ruche.bus.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import io.reactivex.schedulers.Schedulers;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a broker under a stable client id, with a persistent session, QoS 1 and manual
 * acknowledgement. It reconnects by itself until it is closed.
 *
 * <p>The client sets no Receive Maximum: with one, hivemq-mqtt-client disconnects itself when
 * acknowledgements are held back. The window is the broker's (docs/decisions/0002).
 */
final class MqttLink {

  private static final Logger LOG = LoggerFactory.getLogger(MqttLink.class);
  private static final long FIRST_BACK_OFF_MS = 100;
  private static final long LONGEST_BACK_OFF_MS = 1_600;
  private static final int KEEP_ALIVE_S = 10;

  /** A broker that is there answers a SUBSCRIBE at once. */
  private static final long SUBSCRIBE_S = 5;

  private static final long NO_EXPIRY = 0xFFFF_FFFFL;

  /**
   * Receives each message on the client's event loop; the message is kept until it is acknowledged.
   */
  interface Receiver {
    void receive(MqttMessage message, Runnable acknowledge);
  }

  private final Mqtt5AsyncClient client;
  private final BrokerAddress broker;
  private final Supplier<Future<Boolean>> mayReconnect;
  private volatile boolean closed;
  private volatile boolean givenUp;
  private volatile boolean subscribed;
  private volatile Dependency state = Dependency.down("not connected yet");

  /**
   * @param url {@code mqtt[s]://[user:password@]host[:port]}
   * @param clientId the same for every process that may hold this connection
   * @param mayReconnect asked before each reconnect: whether this process still holds the lease.
   *     Not every broker says that a session was taken over (Mosquitto 2.0.11 does not), and two
   *     processes that both reconnect would throw each other out for ever.
   */
  MqttLink(URI url, String clientId, Supplier<Future<Boolean>> mayReconnect, Receiver receiver) {
    this.mayReconnect = mayReconnect;
    broker = BrokerAddress.of(url);
    client =
        broker
            .client(clientId)
            // No hop to another thread: 6 microseconds a message instead of 35.
            .executorConfig()
            .applicationScheduler(Schedulers.trampoline())
            .applyExecutorConfig()
            .addConnectedListener(connected -> up())
            .addDisconnectedListener(this::down)
            .useMqttVersion5()
            .simpleAuth(broker.auth())
            .buildAsync();
    client.publishes(
        MqttGlobalPublishFilter.ALL,
        publish -> receiver.receive(message(publish), () -> publish.acknowledge()),
        true);
  }

  /**
   * Connects, as often as it takes, and subscribes; completes when the subscription stands. Fails
   * when the broker refuses either or does not answer the SUBSCRIBE within 5 s, which it may never
   * do if the connection broke after the CONNACK; then this link is to be closed.
   */
  Future<Void> open(String filter) {
    return Future.fromCompletionStage(
            client
                .connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(NO_EXPIRY)
                .keepAlive(KEEP_ALIVE_S)
                // After a message that was too large to encode, an alias of its topic would break
                // the
                // connection.
                .restrictions()
                .sendTopicAliasMaximum(0)
                .applyRestrictions()
                .send())
        .compose(ignored -> subscribe(filter))
        .onSuccess(ignored -> subscribed = true);
  }

  private Future<Void> subscribe(String filter) {
    return Future.fromCompletionStage(
            client
                .subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.AT_LEAST_ONCE)
                // A retained command is seen for what it is, and one of old is not delivered.
                .retainAsPublished(true)
                .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
                .send()
                .orTimeout(SUBSCRIBE_S, TimeUnit.SECONDS))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof TimeoutException
                        ? new TimeoutException(
                            "SUBSCRIBE was not answered within " + SUBSCRIBE_S + " s")
                        : failure))
        .mapEmpty();
  }

  /**
   * Publishes; completes when the broker has it. What is under way while the connection breaks is
   * sent again after the reconnect. Fails when the broker refuses the message or the link is
   * closed.
   */
  Future<Void> publish(MqttMessage message) {
    Mqtt5PublishBuilder.Complete publish =
        Mqtt5Publish.builder()
            .topic(message.topic())
            .qos(message.qos() == 0 ? MqttQos.AT_MOST_ONCE : MqttQos.AT_LEAST_ONCE)
            .payload(message.payload().getBytes());
    if (message.contentType() != null) {
      publish = publish.contentType(message.contentType());
    }
    if (message.correlationData() != null) {
      publish = publish.correlationData(message.correlationData().getBytes());
    }
    if (!message.attributes().isEmpty()) {
      Mqtt5UserPropertiesBuilder properties = Mqtt5UserProperties.builder();
      for (Map.Entry<String, String> attribute : message.attributes().entrySet()) {
        properties = properties.add(attribute.getKey(), attribute.getValue());
      }
      publish = publish.userProperties(properties.build());
    }
    return Future.fromCompletionStage(client.publish(publish.build()))
        .compose(
            result ->
                result.getError().isPresent()
                    ? Future.failedFuture(result.getError().get())
                    : Future.succeededFuture());
  }

  /** Whether a failed publish would fail again however often it is tried. */
  static boolean isRefusal(Throwable failure) {
    if (failure instanceof Mqtt5PubAckException refused) {
      return switch (refused.getMqttMessage().getReasonCode()) {
        case NOT_AUTHORIZED, TOPIC_NAME_INVALID, PAYLOAD_FORMAT_INVALID -> true;
        default -> false;
      };
    }
    return failure instanceof MqttEncodeException;
  }

  /** Up once commands come in. */
  Dependency state() {
    return subscribed || state.state() == Dependency.State.DOWN
        ? state
        : Dependency.down("connected, not subscribed yet");
  }

  /** Whether the link was not allowed to reconnect, and never will. */
  boolean hasGivenUp() {
    return givenUp;
  }

  /** Disconnects and stays so; the session stays with the broker. */
  Future<Void> close() {
    closed = true;
    if (!client.getState().isConnectedOrReconnect()) {
      return Future.succeededFuture();
    }
    return Future.fromCompletionStage(client.disconnect()).otherwiseEmpty().mapEmpty();
  }

  private void up() {
    state = Dependency.up();
    LOG.info("MQTT {}: connected", broker);
  }

  private void down(MqttClientDisconnectedContext context) {
    String why = String.valueOf(context.getCause().getMessage());
    state = Dependency.down(why);
    if (closed || context.getSource() == MqttDisconnectSource.USER) {
      context.getReconnector().reconnect(false);
      return;
    }
    int attempts = context.getReconnector().getAttempts();
    if (attempts == 0) {
      LOG.warn("MQTT {}: lost, {}", broker, why);
    }
    long wait = Math.min(FIRST_BACK_OFF_MS << Math.min(attempts, 10), LONGEST_BACK_OFF_MS);
    context
        .getReconnector()
        .reconnect(true)
        .resubscribeIfSessionExpired(true)
        .republishIfSessionExpired(true)
        .delay(wait + ThreadLocalRandom.current().nextLong(wait / 4 + 1), TimeUnit.MILLISECONDS)
        .reconnectWhen(
            mayReconnect.get().toCompletionStage().toCompletableFuture(),
            (held, failure) -> {
              givenUp = failure == null && !held;
              context.getReconnector().reconnect(!givenUp);
            });
  }

  private static MqttMessage message(Mqtt5Publish publish) {
    return new MqttMessage(
        publish.getTopic().toString(),
        Buffer.buffer(publish.getPayloadAsBytes()),
        publish.getQos() == MqttQos.AT_MOST_ONCE ? 0 : 1,
        publish.isRetain(),
        attributes(publish),
        publish.getContentType().map(Object::toString).orElse(null),
        publish.getResponseTopic().map(Object::toString).orElse(null),
        publish.getCorrelationData().map(MqttLink::buffer).orElse(null),
        publish.getMessageExpiryInterval().isPresent()
            ? Long.valueOf(publish.getMessageExpiryInterval().getAsLong())
            : null);
  }

  private static Map<String, String> attributes(Mqtt5Publish publish) {
    List<? extends Mqtt5UserProperty> properties = publish.getUserProperties().asList();
    if (properties.isEmpty()) {
      return Map.of();
    }
    Map<String, String> attributes = new HashMap<>();
    for (Mqtt5UserProperty property : properties) {
      attributes.put(
          property.getName().toString().toLowerCase(Locale.ROOT), property.getValue().toString());
    }
    return attributes;
  }

  private static Buffer buffer(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return Buffer.buffer(copy);
  }
}
