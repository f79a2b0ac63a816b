package io.ruche.bus;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.bus.wiring.Site;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.lifecycle.Dependency;
import io.ruche.metrics.Tracing;
import io.ruche.testing.AsyncApiFile;
import io.ruche.testing.MosquittoProcess;
import io.ruche.testing.NeedsMosquitto;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a running bus sends is what {@code asyncapi/bus.yaml} says, message by message. */
@NeedsMosquitto
class AsyncApiIT {

  private static final String COMMANDS = "ruche/koff/cmd/n8n/echo/";

  private static final List<Mqtt5Publish> RECEIVED = new CopyOnWriteArrayList<>();
  private static AsyncApiFile file;
  private static Vertx vertx;
  private static RedisProcess redis;
  private static MosquittoProcess broker;
  private static StreamBus bus;
  private static Mqtt5AsyncClient client;

  @BeforeAll
  static void start() throws Exception {
    file = AsyncApiFile.load("/asyncapi/bus.yaml");
    vertx = Vertx.vertx();
    redis = RedisProcess.start();
    broker = MosquittoProcess.start();
    bus =
        new StreamBus(
            vertx,
            "echo",
            List.of(new Site("shared", broker.url(), URI.create(redis.url()), null, Set.of())),
            new BusConfig(
                500_000,
                Duration.ofDays(7),
                Duration.ofHours(24),
                1_000_000,
                10_000,
                256,
                Duration.ofSeconds(5),
                0),
            new BusMetrics(new SimpleMeterRegistry(), "echo"),
            Tracing.off());
    bus.command(
        CommandSpec.named("say").completed("said").failed("say-failed"),
        command ->
            command.payload().data().toString().contains("die")
                ? Outcome.dead("it was asked to", new JsonObject().put("hive", "of the failed"))
                : Outcome.done(command.payload()));
    bus.start().await();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                bus.dependencies().values().stream()
                    .allMatch(one -> one.get().state() == Dependency.State.UP));
    client =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(broker.url().getPort())
            .buildAsync();
    client.connect().get();
    for (String family : List.of("evt", "reply", "receipt")) {
      client
          .subscribeWith()
          .topicFilter("ruche/koff/" + family + "/#")
          .qos(MqttQos.AT_LEAST_ONCE)
          .retainAsPublished(true)
          .callback(RECEIVED::add)
          .send()
          .get();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    client.disconnect().get();
    bus.stop().await();
    vertx.close().await();
    broker.close();
    redis.close();
  }

  private static Mqtt5PublishBuilder.Complete command(String name, String body) {
    return Mqtt5Publish.builder()
        .topic(COMMANDS + name)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(body.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(Mqtt5PublishBuilder.Complete command) throws Exception {
    client.publish(command.build()).get();
  }

  private static Mqtt5Publish received(String topic, String marker) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                RECEIVED.stream()
                    .filter(one -> one.getTopic().toString().equals(topic))
                    .filter(one -> text(one).contains(marker))
                    .findFirst()
                    .orElse(null),
            one -> one != null);
  }

  private static String text(Mqtt5Publish message) {
    return new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void sendsWhatItsContractSays() throws Exception {
    send(
        command("say", "{\"text\":\"salut\"}")
            .responseTopic("ruche/koff/reply/n8n/deep/r-1")
            .correlationData(new byte[] {0, -1})
            .userProperties()
            .add("ID", "a-1")
            .add("TraceParent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .applyUserProperties());
    send(command("say", "{\"text\":\"die\",\"ruche\":{\"id\":\"a-2\",\"correlationId\":\"c-2\"}}"));
    send(
        command("say", "{\"ruche\":{\"id\":\"a-3\",\"replyTo\":\"ruche/koff/reply/n8n/r-3\"}}")
            .userProperties()
            .add("expires", Instant.now().minusSeconds(9).toString())
            .applyUserProperties());
    send(command("say", "{\"ruche\":{\"id\":\"a-4\",\"expires\":\"soon\"}}"));
    send(command("say", "{\"a\":2,\"ruche\":{\"id\":\"a-1\"}}"));
    send(command("shout", "{}"));
    send(command("say", "x".repeat(10_001)));

    Mqtt5Publish receipt = received("ruche/koff/receipt/n8n/a-1", "a-1");
    assertMessage("receipt", receipt);
    assertMessage("completed", received("ruche/koff/evt/echo/said", "salut"));
    Mqtt5Publish reply = received("ruche/koff/reply/n8n/deep/r-1", "salut");
    assertMessage("result", reply);
    assertEquals(2, reply.getCorrelationData().orElseThrow().remaining());
    Mqtt5Publish failed = received("ruche/koff/evt/echo/say-failed", "a-2");
    assertMessage("failed", failed);
    assertEquals(
        new JsonObject().put("hive", "of the failed"),
        new JsonObject(text(failed)).getJsonObject("details"));
    assertMessage("error", received("ruche/koff/reply/n8n/c-2", "a-2"));
    assertMessage("commandExpired", received("ruche/koff/evt/echo/command-expired", "a-3"));
    assertMessage("error", received("ruche/koff/reply/n8n/r-3", "a-3"));
    for (String reason :
        List.of("bad_envelope", "id_with_other_body", "unknown_command", "too_large")) {
      Mqtt5Publish refused = received("ruche/koff/evt/echo/command-refused", "\"" + reason + "\"");
      assertMessage("commandRefused", refused);
    }
    assertTrue(text(received("ruche/koff/evt/echo/command-refused", "soon")).contains("\"a-4\""));
    RECEIVED.forEach(AsyncApiIT::assertIsOneOfItsChannel);
    assertEquals(
        Set.of("completed", "failed", "commandExpired", "commandRefused"),
        file.messages("event").keySet());
    assertEquals(Set.of("result", "error"), file.messages("reply").keySet());
    assertEquals(Set.of("receipt"), file.messages("receipt").keySet());
  }

  private static void assertMessage(String name, Mqtt5Publish sent) {
    JsonObject message = file.at("#/components/messages/" + name);
    assertEquals(
        List.of(),
        file.mismatches(message.getJsonObject("payload"), Json.decodeValue(text(sent))),
        text(sent));
    if (message.containsKey("headers")) {
      assertEquals(
          List.of(), file.mismatches(message.getJsonObject("headers"), properties(sent)), name);
    } else {
      assertTrue(properties(sent).isEmpty(), name);
    }
    assertEquals("application/json", sent.getContentType().orElseThrow().toString());
  }

  private static JsonObject properties(Mqtt5Publish sent) {
    Map<String, Object> properties = new TreeMap<>();
    for (Mqtt5UserProperty property : sent.getUserProperties().asList()) {
      properties.put(property.getName().toString(), property.getValue().toString());
    }
    return new JsonObject(properties);
  }

  /** Some channel has its topic and one of that channel's messages; QoS and retain are as bound. */
  private static void assertIsOneOfItsChannel(Mqtt5Publish sent) {
    String channel = channelOf(sent.getTopic().toString());
    Set<String> fitting = new TreeSet<>();
    file.messages(channel)
        .forEach(
            (name, message) -> {
              if (file.mismatches(message.getJsonObject("payload"), Json.decodeValue(text(sent)))
                  .isEmpty()) {
                fitting.add(name);
              }
            });
    assertTrue(!fitting.isEmpty(), sent.getTopic() + " " + text(sent));
    JsonObject operation = sending(channel);
    JsonObject binding = operation.getJsonObject("bindings").getJsonObject("mqtt");
    assertEquals(binding.getInteger("qos"), sent.getQos().getCode());
    assertEquals(binding.getBoolean("retain"), sent.isRetain());
  }

  private static String channelOf(String topic) {
    for (String channel : file.at("#/channels").fieldNames()) {
      String address = file.at("#/channels/" + channel).getString("address");
      if (address != null
          && topic.matches(
              address.replace("{correlation}", "[^+#]+").replaceAll("\\{[a-z]+}", "[^/]+"))) {
        return channel;
      }
    }
    throw new AssertionError("no channel has the topic " + Pattern.quote(topic));
  }

  private static JsonObject sending(String channel) {
    Set<JsonObject> found = new HashSet<>();
    for (String name : file.at("#/operations").fieldNames()) {
      JsonObject operation = file.at("#/operations/" + name);
      if (operation.getString("action").equals("send")
          && operation.getJsonObject("channel").getString("$ref").equals("#/channels/" + channel)) {
        found.add(operation);
      }
    }
    assertEquals(1, found.size(), channel);
    JsonObject only = found.iterator().next();
    assertNotNull(only.getJsonObject("bindings"));
    return only;
  }
}
