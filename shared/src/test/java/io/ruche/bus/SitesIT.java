package io.ruche.bus;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import io.ruche.bus.wiring.Site;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.ruche.testing.MosquittoProcess;
import io.ruche.testing.NeedsMosquitto;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tenant with a broker and a Redis of its own, beside the shared ones, in one process. */
@NeedsMosquitto
class SitesIT {

  private static final Duration BOUND = Duration.ofSeconds(20);

  private final Set<String> handled = ConcurrentHashMap.newKeySet();
  private Vertx vertx;
  private RedisProcess redis;
  private RedisProcess azothRedis;
  private MosquittoProcess broker;
  private MosquittoProcess azothBroker;
  private StreamBus bus;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    redis = RedisProcess.start();
    azothRedis = RedisProcess.start();
    broker = MosquittoProcess.start();
    azothBroker = MosquittoProcess.start();
    bus =
        new StreamBus(
            vertx,
            "echo",
            List.of(
                new Site(
                    "azoth", azothBroker.url(), URI.create(azothRedis.url()), "azoth", Set.of()),
                new Site("shared", broker.url(), URI.create(redis.url()), null, Set.of("azoth"))),
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
        CommandSpec.named("say"),
        command -> {
          handled.add(command.tenant() + " " + command.payload().data());
          return Outcome.done(command.payload());
        });
    bus.start().await(10, TimeUnit.SECONDS);
    await().atMost(BOUND).until(this::isReady);
  }

  @AfterEach
  void stop() throws Exception {
    bus.stop().await(20, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
    broker.close();
    azothBroker.close();
    redis.close();
    azothRedis.close();
  }

  private boolean isReady() {
    return bus.dependencies().values().stream().allMatch(one -> one.get().state() == State.UP);
  }

  @Test
  void servesEachTenantAtItsOwnSite() {
    publish(broker, "local", "1");
    publish(azothBroker, "azoth", "2");
    await().atMost(BOUND).until(() -> handled.equals(Set.of("local 1", "azoth 2")));
    assertEquals(
        Set.of("redis", "mqtt", "redis of azoth", "mqtt of azoth"), bus.dependencies().keySet());
  }

  @Test
  void takesATenantsCommandsFromItsOwnBrokerOnly() {
    publish(broker, "azoth", "forged");
    publish(azothBroker, "local", "forged");
    publish(broker, "local", "1");
    publish(azothBroker, "azoth", "2");
    await().atMost(BOUND).until(() -> handled.size() >= 2);
    assertEquals(Set.of("local 1", "azoth 2"), handled);
  }

  @Test
  void goesOnForOthersWhileOneTenantsStoresAreAway() throws Exception {
    azothRedis.kill();
    azothBroker.kill();
    await().atMost(BOUND).until(() -> !isReady());
    publish(broker, "local", "1");
    await().atMost(BOUND).until(() -> handled.contains("local 1"));
    assertFalse(handled.contains("azoth 2"));

    azothRedis.launch();
    azothBroker.launch();
    await().atMost(BOUND).until(this::isReady);
    publish(azothBroker, "azoth", "2");
    await().atMost(BOUND).until(() -> handled.contains("azoth 2"));
    assertTrue(handled.contains("local 1"));
  }

  private static void publish(MosquittoProcess broker, String tenant, String payload) {
    Mqtt3BlockingClient client =
        MqttClient.builder()
            .useMqttVersion3()
            .serverHost("127.0.0.1")
            .serverPort(broker.url().getPort())
            .buildBlocking();
    client.connect();
    client
        .publishWith()
        .topic("ruche/" + tenant + "/cmd/n8n/echo/say")
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(payload.getBytes(StandardCharsets.UTF_8))
        .send();
    client.disconnect();
  }
}
