package io.ruche.bus.redis;

import static io.ruche.bus.redis.RedisScene.KEYS;
import static io.ruche.bus.redis.RedisScene.SERVICE;
import static io.ruche.bus.redis.RedisScene.job;
import static io.ruche.bus.redis.RedisScene.stream;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.work.Finisher.Verdict;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waiting for the next attempt: retry.lua and due.lua, and again.lua for ordered commands. */
class RetryIT {

  private static final long HOUR_MS = 3_600_000;

  private static RedisScene scene;

  @BeforeAll
  static void start() throws Exception {
    scene = RedisScene.start();
  }

  @AfterAll
  static void stop() throws Exception {
    scene.close();
  }

  @BeforeEach
  void clear() throws Exception {
    scene.clear();
  }

  private static int park(String consumer, Delivery delivery, long millis, boolean counts)
      throws TimeoutException {
    return scene
        .run(
            "work/retry.lua",
            List.of(delivery.stream(), KEYS.parked("say")),
            SERVICE,
            consumer,
            delivery.entry(),
            delivery.count(),
            millis,
            "not now",
            job(delivery.envelope().id()),
            counts ? 1 : 0)
        .toInteger();
  }

  private static List<Delivery> due(String consumer, int most) throws TimeoutException {
    return Delivery.fromClaim(
        scene.run("work/due.lua", List.of(KEYS.parked("say")), SERVICE, consumer, most, HOUR_MS));
  }

  private static Delivery delivered(String id) throws TimeoutException {
    scene.store(Samples.command(id, null, "{}"));
    return scene.read("c1", 1).getFirst();
  }

  @Test
  void parksADeliveryUntilItIsDue() throws Exception {
    Delivery first = delivered("a");
    assertEquals(1, park("c1", first, 400, true));
    assertEquals("~parked/1", scene.owner(stream(), SERVICE, first.entry()));
    assertEquals("not now", scene.send(Command.HGET, job("a"), "reason").toString());
    assertEquals(List.of(), due("c2", 10));
    await().atMost(Duration.ofSeconds(5)).until(() -> !due("c2", 10).isEmpty());
    assertEquals("c2/2", scene.owner(stream(), SERVICE, first.entry()));
    assertEquals(0, scene.send(Command.ZCARD, KEYS.parked("say")).toInteger());
  }

  @Test
  void countsTheNextAttemptWithIt() throws Exception {
    Delivery first = delivered("a");
    park("c1", first, 0, true);
    Delivery second = due("c1", 10).getFirst();
    assertEquals(first.counted(2), second);
    assertEquals(Verdict.COMMITTED, scene.done("c1", second));
  }

  @Test
  void countsNothingForALimit() throws Exception {
    Delivery first = delivered("a");
    park("c1", first, 0, false);
    Delivery second = due("c1", 10).getFirst();
    assertEquals(1, second.count());
    assertEquals("c1/1", scene.owner(stream(), SERVICE, first.entry()));
    assertEquals(Verdict.COMMITTED, scene.done("c1", second));
  }

  @Test
  void refusesTheLateResultOfAParkedAttempt() throws Exception {
    Delivery first = delivered("a");
    park("c1", first, HOUR_MS, true);
    assertEquals(Verdict.NOT_OURS, scene.done("c1", first));
  }

  @Test
  void parksOnlyWhatTheCallerOwns() throws Exception {
    Delivery first = delivered("a");
    assertEquals(0, park("c2", first, 0, true));
    assertEquals(0, park("c1", first.counted(2), 0, true));
    assertEquals(1, park("c1", first, 0, true));
    assertEquals(0, park("c1", first, 0, true), "a repetition parks nothing");
    scene.send(Command.XGROUP, "DESTROY", stream(), SERVICE);
    assertEquals(0, park("c1", first, 0, true));
  }

  @Test
  void takesNoMoreThanAskedAndTheOldestFirst() throws Exception {
    for (int i = 0; i < 5; i++) {
      park("c1", delivered("a" + i), i, true);
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> dueNow() == 5);
    assertEquals(List.of("a0", "a1"), ids(due("c1", 2)));
    assertEquals(List.of("a2", "a3", "a4"), ids(due("c1", 10)));
  }

  private static long dueNow() throws TimeoutException {
    long now = scene.send(Command.TIME).get(0).toLong() * 1_000;
    long millis = scene.send(Command.TIME).get(1).toLong() / 1_000;
    return scene.send(Command.ZCOUNT, KEYS.parked("say"), "-inf", now + millis).toLong();
  }

  private static List<String> ids(List<Delivery> deliveries) {
    return deliveries.stream().map(d -> d.envelope().id()).toList();
  }

  @Test
  void takesWhatAClockSetBackWouldHoldForLong() throws Exception {
    Delivery first = delivered("a");
    park("c1", first, 1_000, true);
    String member = scene.send(Command.ZRANGE, KEYS.parked("say"), "0", "-1").get(0).toString();
    scene.send(Command.ZINCRBY, KEYS.parked("say"), Long.toString(HOUR_MS), member);
    assertEquals(List.of("a"), ids(due("c1", 10)));
  }

  @Test
  void forgetsWhatIsNotPendingAnyMore() throws Exception {
    Delivery first = delivered("a");
    park("c1", first, 0, true);
    scene.send(Command.XACK, stream(), SERVICE, first.entry());
    assertEquals(List.of(), due("c1", 10));
    assertEquals(0, scene.send(Command.ZCARD, KEYS.parked("say")).toInteger());
    park("c1", delivered("b"), 0, true);
    scene.send(Command.XGROUP, "DESTROY", stream(), SERVICE);
    assertEquals(List.of(), due("c1", 10));
  }

  @Test
  void countsOneMoreAttemptOfWhatItsOwnerKeeps() throws Exception {
    Delivery first = delivered("a");
    assertEquals(2, again("c1", first));
    assertEquals(2, again("c1", first), "a repetition counts nothing");
    assertEquals("c1/2", scene.owner(stream(), SERVICE, first.entry()));
    assertEquals(3, again("c1", first.counted(2)));
    assertEquals(0, again("c1", first), "two attempts ago");
    assertEquals(0, again("c2", first.counted(3)));
    assertEquals(Verdict.NOT_OURS, scene.done("c1", first));
    assertEquals(Verdict.COMMITTED, scene.done("c1", first.counted(3)));
    assertEquals(0, again("c1", first.counted(3)));
  }

  private static int again(String consumer, Delivery delivery) throws TimeoutException {
    return scene
        .run(
            "work/again.lua",
            List.of(delivery.stream()),
            SERVICE,
            consumer,
            delivery.entry(),
            delivery.count())
        .toInteger();
  }
}
