package io.ruche.bus;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import io.ruche.bus.wiring.Site;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.ruche.testing.MosquittoProcess;
import io.ruche.testing.NeedsMosquitto;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NeedsMosquitto
class BusIT {

  private Vertx vertx;
  private RedisProcess redis;
  private MosquittoProcess broker;
  private StreamBus bus;
  private Mqtt3AsyncClient client;
  private final Map<String, String> received = new ConcurrentHashMap<>();
  private final AtomicInteger handled = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
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
                1 << 20,
                256,
                Duration.ofSeconds(5),
                0),
            new BusMetrics(new Metrics("echo").registry(), "echo"),
            Tracing.off());
    bus.command(
        CommandSpec.named("say").completed("said").failed("say-failed"),
        command -> {
          handled.incrementAndGet();
          return Outcome.done(command.payload());
        });
    bus.start().await();
    await().atMost(Duration.ofSeconds(10)).until(this::isReady);
    client =
        MqttClient.builder()
            .useMqttVersion3()
            .serverHost("127.0.0.1")
            .serverPort(broker.url().getPort())
            .buildAsync();
    client.connect().get();
    client
        .subscribeWith()
        .topicFilter("ruche/local/#")
        .qos(MqttQos.AT_LEAST_ONCE)
        .callback(
            publish ->
                received.put(
                    publish.getTopic().toString(),
                    new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8)))
        .send()
        .get();
  }

  private boolean isReady() {
    return bus.dependencies().values().stream()
        .allMatch(one -> one.get().state() == io.ruche.lifecycle.Dependency.State.UP);
  }

  @AfterEach
  void stop() throws Exception {
    bus.stop().await();
    client.disconnect().get();
    broker.close();
    redis.close();
    vertx.close().await();
  }

  @Test
  void answersPlainJsonAsANodeWithoutPropertiesSendsIt() throws Exception {
    send("{\"text\":\"salut\",\"ruche\":{\"id\":\"a1\",\"replyTo\":\"ruche/local/reply/n8n/c1\"}}");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> received.containsKey("ruche/local/reply/n8n/c1"));
    JsonObject receipt = new JsonObject(received.get("ruche/local/receipt/n8n/a1"));
    assertEquals("{local}:cmd:echo:say", receipt.getString("stream"));
    JsonObject reply = new JsonObject(received.get("ruche/local/reply/n8n/c1"));
    assertEquals("salut", reply.getString("text"));
    assertEquals("a1", reply.getJsonObject("ruche").getString("commandId"));
    await().until(() -> received.containsKey("ruche/local/evt/echo/said"));
  }

  @Test
  void doesTheSameCommandOnce() throws Exception {
    for (int i = 0; i < 3; i++) {
      send("{\"text\":\"once\",\"ruche\":{\"id\":\"b1\",\"correlationId\":\"b1\"}}");
    }
    send("{\"text\":\"twice\",\"ruche\":{\"id\":\"b1\"}}");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> received.containsKey("ruche/local/evt/echo/command-refused"));
    await().until(() -> received.containsKey("ruche/local/reply/n8n/b1"));
    assertEquals(1, handled.get());
    assertTrue(received.get("ruche/local/evt/echo/command-refused").contains("id_with_other_body"));
  }

  private void send(String payload) throws Exception {
    client
        .publishWith()
        .topic("ruche/local/cmd/n8n/echo/say")
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(payload.getBytes(StandardCharsets.UTF_8))
        .send()
        .get();
  }
}
