package io.ruche.bus.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.envelope.Topics;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client that sends a command the sure way: it repeats the same id until the receipt comes. */
public final class CommandSender implements AutoCloseable {

  private static final long REPEAT_S = 2;
  private static final long CONNECT_S = 10;

  /** Who sends, as the broker knows it. */
  public record Sender(String tenant, String client, String key) {}

  /** The command was refused; the message says why. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  private final Sender sender;
  private final Mqtt5AsyncClient client;
  private final CompletableFuture<String> receipt = new CompletableFuture<>();
  private final CompletableFuture<byte[]> reply = new CompletableFuture<>();
  private volatile String id = "";

  /**
   * Connects and subscribes to the sender's own receipts and replies.
   *
   * @param broker host and port; user and password in it are not used
   */
  public CommandSender(URI broker, Sender sender) throws TimeoutException, InterruptedException {
    this.sender = sender;
    client =
        BrokerAddress.of(broker)
            .client(sender.tenant() + "." + sender.client() + "-" + UUID.randomUUID())
            .useMqttVersion5()
            .simpleAuth()
            .username(sender.tenant() + "." + sender.client())
            .password(sender.key().getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildAsync();
    client.publishes(MqttGlobalPublishFilter.ALL, this::receive);
    await(client.connect());
    await(
        client
            .subscribeWith()
            .addSubscription()
            .topicFilter(Topics.receipt(sender.tenant(), sender.client(), "+"))
            .applySubscription()
            .addSubscription()
            .topicFilter(Topics.replies(sender.tenant(), sender.client()) + "#")
            .applySubscription()
            .addSubscription()
            .topicFilter(Topics.event(sender.tenant(), "+", "command-refused"))
            .applySubscription()
            .send());
  }

  /**
   * Sends until the receipt comes.
   *
   * @return the receipt's JSON
   * @throws RefusedException when the command is refused for good
   */
  public String send(String service, String command, String commandId, String json, Duration bound)
      throws TimeoutException, InterruptedException {
    id = commandId;
    Mqtt5Publish publish =
        Mqtt5Publish.builder()
            .topic(Topics.command(sender.tenant(), sender.client(), service, command))
            .qos(MqttQos.AT_LEAST_ONCE)
            .contentType(Payload.JSON)
            .responseTopic(Topics.replies(sender.tenant(), sender.client()) + commandId)
            .userProperties()
            .add("id", commandId)
            .applyUserProperties()
            .payload(json.getBytes(StandardCharsets.UTF_8))
            .build();
    long until = System.nanoTime() + bound.toNanos();
    while (System.nanoTime() < until) {
      await(client.publish(publish));
      try {
        return receipt.get(REPEAT_S, TimeUnit.SECONDS);
      } catch (TimeoutException notYet) {
        // The same id again is the same command: receipted again, done once.
      } catch (ExecutionException refused) {
        throw asRuntime(refused);
      }
    }
    throw new TimeoutException("no receipt within " + bound.toSeconds() + " s");
  }

  /** Waits for the reply to the command that was sent. */
  public byte[] reply(Duration bound) throws TimeoutException, InterruptedException {
    try {
      return reply.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw asRuntime(failed);
    }
  }

  private void receive(Mqtt5Publish message) {
    String topic = message.getTopic().toString();
    if (topic.equals(Topics.receipt(sender.tenant(), sender.client(), id))) {
      receipt.complete(new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8));
    } else if (topic.equals(Topics.replies(sender.tenant(), sender.client()) + id)) {
      reply.complete(message.getPayloadAsBytes());
    } else if (topic.endsWith("/command-refused")) {
      JsonObject refusal =
          new JsonObject(new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8));
      boolean mine =
          sender.client().equals(refusal.getString("client"))
              && (refusal.getString("id") == null || id.equals(refusal.getString("id")));
      if (mine) {
        receipt.completeExceptionally(new RefusedException(refusal.getString("detail")));
      }
    }
  }

  private static <T> T await(CompletableFuture<T> future)
      throws TimeoutException, InterruptedException {
    try {
      return future.get(CONNECT_S, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw asRuntime(failed);
    }
  }

  private static RuntimeException asRuntime(ExecutionException failed) {
    return failed.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException(failed.getCause());
  }

  @Override
  public void close() {
    client.disconnect().completeOnTimeout(null, CONNECT_S, TimeUnit.SECONDS).join();
  }
}
