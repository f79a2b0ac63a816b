package io.ruche.bus.redis.stream;

import static io.ruche.bus.redis.RedisScene.get;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.redis.RedisScene;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseIT {

  private static final String KEY = StreamKeys.lease("echo");

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

  private static Lease lease(String holder) {
    return new Lease(scene.link, KEY, holder);
  }

  private static Response run(String holder, boolean takeFree, String standingStill)
      throws TimeoutException {
    return scene.run("stream/lease.lua", List.of(KEY), holder, takeFree ? "1" : "", standingStill);
  }

  private static String beat(Response reply) {
    return reply.get(1) + "." + reply.get(2);
  }

  @Test
  void isTakenWhenFreeAndRenewedUnderOneEpoch() throws Exception {
    Lease a = lease("a");
    assertTrue(get(a.tick(true)));
    String epoch = a.epoch();
    assertTrue(get(a.tick(true)));
    assertTrue(get(a.tick(false)));
    assertEquals(epoch, a.epoch());
    assertTrue(a.isHeld());
  }

  @Test
  void isLeftFreeByWhoWantsNoMore() throws Exception {
    assertFalse(get(lease("a").tick(false)));
    assertFalse(lease("a").isHeld());
    assertTrue(get(lease("b").tick(true)));
  }

  @Test
  void isRefusedWhileItsHolderBeats() throws Exception {
    Lease a = lease("a");
    Lease b = lease("b");
    assertTrue(get(a.tick(true)));
    for (int i = 0; i < 3; i++) {
      assertFalse(get(b.tick(true)));
      assertTrue(get(a.tick(true)));
    }
    assertEquals("", b.epoch());
  }

  @Test
  void isTakenOverOnlyByWhoSawTheLatestBeatStandStill() throws Exception {
    Response first = run("a", true, "");
    Response second = run("a", true, "");
    assertEquals("a", run("b", true, beat(first)).get(0).toString());
    assertEquals("a", run("b", true, "").get(0).toString());
    Response taken = run("b", false, beat(second));
    assertEquals("b", taken.get(0).toString());
    assertTrue(taken.get(1).toLong() > second.get(1).toLong());
    assertEquals("b", run("a", true, "").get(0).toString());
  }

  @Test
  void isTakenOverFromADeadHolderInTime() throws Exception {
    Lease a = lease("a");
    Lease b = lease("b");
    assertTrue(get(a.tick(true)));
    String epoch = a.epoch();
    long began = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> get(b.tick(true)));
    long took = System.nanoTime() - began;
    assertTrue(took > 1_900_000_000L && took < 5_000_000_000L, took + " ns");
    assertTrue(Long.parseLong(b.epoch()) > Long.parseLong(epoch));
    assertFalse(get(a.tick(true)));
    assertFalse(a.isHeld());
  }

  @Test
  void staysWithAHolderThatCouldNotBeatWhileRedisWasAway() throws Exception {
    try (RedisScene own = RedisScene.start()) {
      Lease a = new Lease(own.link, KEY, "a");
      Lease b = new Lease(own.link, KEY, "b");
      assertTrue(get(a.tick(true)));
      assertFalse(get(b.tick(true)));
      own.redis.kill();
      long killed = System.nanoTime();
      // Longer than a beat may stand still, with a look every half a second.
      await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> isAway(b) && System.nanoTime() - killed > 2_500_000_000L);
      own.redis.launch();
      get(own.link.connected());
      assertFalse(get(b.tick(true)), "a is alive");
      assertTrue(get(a.tick(true)));
    }
  }

  private static boolean isAway(Lease lease) {
    try {
      get(lease.tick(true));
      return false;
    } catch (Exception away) {
      return true;
    }
  }

  @Test
  void tellsOfALossBeforeAGain() throws Exception {
    Lease a = lease("a");
    assertTrue(get(a.tick(true)));
    String epoch = a.epoch();
    run("b", false, beat(run("x", false, "")));
    scene.run("stream/release.lua", List.of(KEY), "b");
    assertFalse(get(a.tick(true)), "b had it in between");
    assertTrue(get(a.tick(true)));
    assertNotEquals(epoch, a.epoch());
  }

  @Test
  void isFreeAfterItsRelease() throws Exception {
    Lease a = lease("a");
    Lease b = lease("b");
    assertTrue(get(a.tick(true)));
    String epoch = a.epoch();
    get(a.release());
    assertFalse(a.isHeld());
    assertTrue(get(b.tick(true)));
    assertTrue(Long.parseLong(b.epoch()) > Long.parseLong(epoch));
    get(a.release());
    scene.run("stream/release.lua", List.of(KEY), "a");
    assertTrue(get(b.tick(true)), "nobody releases another's lease");
  }

  @Test
  void risesAlsoInARedisThatWasEmptied() throws Exception {
    Lease a = lease("a");
    assertTrue(get(a.tick(true)));
    long epoch = Long.parseLong(a.epoch());
    long beat = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > beat);
    scene.clear();
    Lease b = lease("b");
    assertTrue(get(b.tick(true)));
    assertTrue(Long.parseLong(b.epoch()) > epoch);
    assertFalse(get(a.tick(true)));
  }
}
