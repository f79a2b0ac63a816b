package io.ruche.bus.redis.work;

import static io.ruche.bus.redis.RedisScene.KEYS;
import static io.ruche.bus.redis.RedisScene.SERVICE;
import static io.ruche.bus.redis.RedisScene.get;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.BusMetrics;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.redis.RedisScene;
import io.ruche.bus.redis.Samples;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an owner of a partition does when a delivery turns out to be another's. */
class PartitionIT {

  private static final CommandSpec SAY = RedisScene.SAY.orderedByKey();
  private static final int INDEX = StreamKeys.partitionOf("k");
  private static final String STREAM = KEYS.partition("say", INDEX);
  private static final Duration BOUND = Duration.ofSeconds(10);

  private RedisScene scene;
  private Partition partition;
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  @BeforeEach
  void start() throws Exception {
    scene = RedisScene.start();
    BusMetrics metrics = new BusMetrics(new Metrics(SERVICE).registry(), SERVICE);
    Execution execution =
        new Execution(SERVICE, SAY, this::handle, scene.link.context(), metrics, Tracing.off());
    Finisher finisher =
        new Finisher(scene.link, new Replicas(scene.link, 0), SERVICE, "c1", RedisScene.config());
    partition = new Partition(scene.link, SERVICE, "c1", SAY, INDEX, execution, finisher);
    partition.addTenant("koff");
    for (String id : List.of("first", "second")) {
      scene.store(SAY, Samples.command(id, "k", "{}"));
    }
    tick();
    await().atMost(BOUND).until(() -> handled.equals(List.of("first")));
  }

  @AfterEach
  void stop() throws Exception {
    scene.close();
  }

  private Outcome handle(io.ruche.bus.Command command) throws InterruptedException {
    handled.add(command.id());
    assertTrue(ended.await(10, TimeUnit.SECONDS));
    return Outcome.done(command.payload());
  }

  private void tick() throws Exception {
    io.vertx.core.Promise<Void> ticked = io.vertx.core.Promise.promise();
    scene.link.context().runOnContext(ignored -> partition.tick(true).onComplete(ticked));
    get(ticked.future());
  }

  private String firstEntry() throws Exception {
    return scene.send(Command.XRANGE, STREAM, "-", "+").get(0).get(0).toString();
  }

  @Test
  void runsNothingMoreOfAKeyThatAnotherOwnerHas() throws Exception {
    String key = StreamKeys.lease(SERVICE + ":say:p" + INDEX);
    Response held = scene.send(Command.HMGET, key, "epoch", "beat");
    Response taken =
        scene.run("stream/lease.lua", List.of(key), "c2", "", held.get(0) + "." + held.get(1));
    assertEquals("c2", taken.get(0).toString());
    scene.run(
        "work/adopt.lua",
        List.of(STREAM, KEYS.partitionFence("say", INDEX)),
        SERVICE,
        "c2",
        taken.get(1).toString(),
        "-",
        10);
    ended.countDown();
    await().atMost(BOUND).until(() -> !partition.isOwned());
    assertEquals(List.of("first"), handled);
    assertTrue(scene.owner(STREAM, SERVICE, firstEntry()).startsWith("c2/"));
  }

  @Test
  void goesOnWithAKeyWhileThePartitionIsItsOwn() throws Exception {
    scene.send(Command.XACK, STREAM, SERVICE, firstEntry());
    ended.countDown();
    await().atMost(BOUND).until(() -> handled.equals(List.of("first", "second")));
    assertTrue(partition.isOwned());
  }
}
