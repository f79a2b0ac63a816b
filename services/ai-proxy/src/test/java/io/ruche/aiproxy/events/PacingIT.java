package io.ruche.aiproxy.events;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RoutedScene;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.RedisLink;
import io.ruche.testing.RedisProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queued work beside requests of people who wait, at a provider with a limit. */
final class PacingIT {

  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final String YAML =
      """
      default-provider: alpha
      providers: {alpha: ${alpha}, beta: ${beta}}
      models:
        patient:
          targets: [[{provider: alpha, model: a}], [{provider: beta, model: b}]]
          deadline-fallback: 3s
      """;

  @TempDir Path folder;
  private RoutedScene scene;
  private RedisProcess redis;
  private RedisLink link;
  private StreamBus bus;

  @BeforeEach
  void open() throws Exception {
    redis = RedisProcess.start();
    scene = RoutedScene.open(folder, YAML);
    link = new RedisLink(scene.vertx(), scene.vertx().getOrCreateContext(), "probe", redis.url());
    link.start().await(10, SECONDS);
    bus = QueueProcess.bus(scene.vertx(), redis.url(), "mqtt://127.0.0.1:1");
    bus.command(ChatHandler.command(Duration.ofMinutes(1), 16), scene.proxy().service().chat());
    bus.start().await(10, SECONDS);
    await()
        .atMost(BOUND)
        .until(() -> bus.dependencies().get("redis").get().state() == Dependency.State.UP);
  }

  @AfterEach
  void close() throws Exception {
    bus.stop().await(30, SECONDS);
    link.stop().await(10, SECONDS);
    scene.close();
    redis.close();
  }

  private void queue(String tenant, String id, String model, long expiresInSeconds)
      throws Exception {
    var command = QueueProcess.command(tenant, id, Payload.json(RoutedScene.body(model)));
    if (expiresInSeconds > 0) {
      command = QueueProcess.expiring(command, expiresInSeconds);
    }
    assertInstanceOf(Taken.Stored.class, bus.post(command).await(10, SECONDS));
  }

  @Test
  void drainsWithWhatRequestsLeaveAndIsFairToTenants() throws Exception {
    // About eleven requests a second; what is there at first is soon used.
    scene.provider("alpha").limitTokens(12_000, 3_000);
    List<Long> latencies = Collections.synchronizedList(new ArrayList<>());
    List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean over = new AtomicBoolean();
    Thread people =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!over.get()) {
                    try {
                      long began = System.nanoTime();
                      HttpResponse<String> answer = scene.ask(RoutedScene.body("sim:delay=20"));
                      latencies.add((System.nanoTime() - began) / 1_000_000);
                      statuses.add(answer.statusCode());
                      Thread.sleep(200);
                    } catch (Exception e) {
                      statuses.add(0);
                    }
                  }
                });
    for (int i = 0; i < 300; i++) {
      queue("many", "m-" + i, "sim:delay=20", 0);
    }
    await().atMost(BOUND).until(() -> Results.parked(link, "many") > 50);
    long doneBefore = Results.of(link, "many").size();
    for (int i = 0; i < 10; i++) {
      queue("few", "f-" + i, "sim:delay=20", 0);
    }
    await().atMost(BOUND).until(() -> Results.of(link, "few").size() == 10);
    long doneMeanwhile = Results.of(link, "many").size();
    await().atMost(BOUND).until(() -> Results.of(link, "many").size() == 300);
    over.set(true);
    people.join(Duration.ofSeconds(30));

    long[] tokens = scene.provider("alpha").tokens();
    latencies.sort(Long::compare);
    String figures =
        ("%d requests of people, median %d ms, slowest %d ms; %d refused upstream of %d; many had %d"
                + " done when few came and %d when few were done")
            .formatted(
                statuses.size(),
                latencies.get(latencies.size() / 2),
                latencies.get(latencies.size() - 1),
                tokens[2],
                scene.provider("alpha").requests(),
                doneBefore,
                doneMeanwhile);
    System.getLogger("PacingIT").log(System.Logger.Level.INFO, figures);
    assertTrue(statuses.stream().allMatch(status -> status == 200), figures);
    assertTrue(tokens[2] * 1_000 <= scene.provider("alpha").requests(), figures);
    assertTrue(doneMeanwhile < 290, figures);
    for (String tenant : List.of("many", "few")) {
      for (Map.Entry<String, Integer> one : Results.of(link, tenant).entrySet()) {
        assertEquals(1, one.getValue(), one.getKey());
      }
      assertEquals(0, Results.dead(link, tenant));
    }
  }

  @Test
  void waitsForTheFirstTierUntilTheDeadlineIsNear() throws Exception {
    scene.provider("alpha").stop().await(10, SECONDS);
    queue("local", "soon", "patient", 12);
    queue("local", "later", "patient", 0);
    long began = System.nanoTime();
    await().atMost(BOUND).until(() -> Results.of(link, "local").containsKey("soon"));
    Duration waited = Duration.ofNanos(System.nanoTime() - began);

    assertTrue(waited.toMillis() > 8_000 && waited.toMillis() < 12_500, waited.toString());
    assertEquals(1, scene.provider("beta").requests());
    assertEquals(Map.of("soon", 1), Results.of(link, "local"));
    scene.provider("alpha").start().await(10, SECONDS);
    await().atMost(BOUND).until(() -> Results.of(link, "local").containsKey("later"));
    assertEquals(1, scene.provider("beta").requests());
  }
}
