package io.ruche.aiproxy.limits;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.limits.Decision.Granted;
import io.ruche.aiproxy.limits.Decision.Refused;
import io.ruche.aiproxy.limits.Decision.Unavailable;
import io.ruche.aiproxy.limits.LimitsConfig.WhenAway;
import io.ruche.auth.ApiKey;
import io.ruche.auth.limits.Limits;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.Signals;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The hot Redis is away: killed, frozen, or emptied. */
class AwayIT {

  private static final Spending NOTHING_SPENT = (tenant, key, from) -> Future.succeededFuture(0L);
  private static final long CENT = 10_000_000;

  private final List<Replica> replicas = new ArrayList<>();
  private RedisProcess redis;

  @BeforeEach
  void start() throws Exception {
    redis = RedisProcess.start();
  }

  @AfterEach
  void stop() throws Exception {
    for (Replica replica : replicas) {
      replica.close();
    }
    redis.close();
  }

  @Test
  void goesOnWithItsPartOfWhatWasLeftAndTellsItLater() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(100, null, null, null, null, null, 100 * CENT));
    Replica one = replica(WhenAway.SHARE, 2);
    Replica two = replica(WhenAway.SHARE, 2);
    settle(one, key, 20);
    settle(two, key, 20);
    awaitSpent(one, 40 * CENT);
    // Both have heard of all that was spent.
    await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> settle(one, key, 1) + settle(two, key, 1) == 2);

    redis.kill();
    int granted = settle(one, key, 100) + settle(two, key, 100);

    assertTrue(one.allowances().away() && two.allowances().away());
    assertTrue(granted >= 50 && granted <= 60, granted + " of the 58 that were left");
    assertTrue(one.alone() > 50);
    Refused refused = assertInstanceOf(Refused.class, one.reserve(key, 1, CENT));
    assertEquals("n8n", refused.owner().key());

    redis.launch();
    await().atMost(Duration.ofSeconds(5)).until(() -> !one.allowances().away());
    awaitSpent(one, (42 + granted) * CENT);
  }

  @Test
  void holdsEveryMinutesPartForAsLongAsRedisIsAway() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(600, null, null, null, null, null, null));
    Replica replica = replica(WhenAway.SHARE, 3);
    settle(replica, key, 1);
    redis.kill();
    int granted = settle(replica, key, 500);
    assertTrue(granted >= 195 && granted <= 202, granted + " of a third of 600");

    long began = System.nanoTime();
    while (System.nanoTime() - began < 2_000_000_000L) {
      granted += settle(replica, key, 20);
    }

    double seconds = (System.nanoTime() - began) / 1e9;
    assertTrue(granted <= 202 + 600 / 3.0 / 60 * seconds + 2, granted + " in " + seconds + " s");
  }

  @Test
  void refusesWhenToldTo() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(100, null, null, null, null, null, null));
    Replica replica = replica(WhenAway.REFUSE, 1);
    settle(replica, key, 1);

    redis.kill();
    Unavailable unavailable = assertInstanceOf(Unavailable.class, replica.reserve(key, 1, 0));

    assertEquals(2, unavailable.retryAfter().toSeconds());
    assertTrue(unavailable.reason().contains("'n8n'"), unavailable.reason());
    assertInstanceOf(Granted.class, replica.reserve(Replica.key("free", Limits.NONE), 1, 0));
    redis.launch();
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> replica.reserve(key, 1, 0) instanceof Granted);
  }

  @Test
  void makesOneRequestWaitForAFrozenRedisAndNoOther() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(100, null, null, null, null, null, null));
    Replica replica = replica(WhenAway.SHARE, 1);
    settle(replica, key, 1);
    await().pollDelay(Duration.ofMillis(600)).until(() -> true);
    Signals.pause(redis.process());
    try {
      long began = System.nanoTime();
      assertInstanceOf(Granted.class, replica.reserve(key, 1, 0));
      assertTrue(System.nanoTime() - began < 600_000_000L);
      began = System.nanoTime();
      assertEquals(20, settle(replica, key, 20));
      assertTrue(System.nanoTime() - began < 200_000_000L);
    } finally {
      Signals.resume(redis.process());
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> !replica.allowances().away());
  }

  @Test
  void knowsOfNoBudgetWhileBothStoresAreAway() throws Exception {
    redis.kill();
    Replica replica =
        Replica.startAlone(
            redis.url(),
            config(WhenAway.SHARE, 1),
            (tenant, key, from) -> Future.failedFuture("no ledger"));
    replicas.add(replica);

    assertInstanceOf(
        Unavailable.class, replica.reserve(Replica.key("rich", budget(100 * CENT)), 1, CENT));
    Limits rpm = new Limits(10, null, null, null, null, null, null);
    assertEquals(10, settle(replica, Replica.key("n8n", rpm), 20));
  }

  @Test
  void asksTheLedgerWhereItStartsWithoutRedis() throws Exception {
    redis.kill();
    Replica replica =
        Replica.startAlone(
            redis.url(),
            config(WhenAway.SHARE, 1),
            (tenant, key, from) -> Future.succeededFuture(90 * CENT));
    replicas.add(replica);
    ApiKey key = Replica.key("n8n", budget(100 * CENT));

    List<Integer> granted = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(3))
        .until(
            () -> {
              granted.add(settle(replica, key, 20));
              return granted.getLast() > 0;
            });
    assertEquals(10, granted.getLast());
  }

  @Test
  void beginsABudgetThatRedisLostWithWhatTheLedgerSays() throws Exception {
    ApiKey key = Replica.key("n8n", budget(100 * CENT));
    Replica replica =
        Replica.start(
            redis.url(),
            config(WhenAway.SHARE, 1),
            (tenant, k, from) -> Future.succeededFuture("n8n".equals(k) ? 60 * CENT : 0));
    replicas.add(replica);
    assertEquals(40, settle(replica, key, 100));

    awaitSpent(replica, 100 * CENT);
    // The ledger is behind: it knows of 60 cents of 100.
    replica.redis(Command.FLUSHALL);
    List<Decision> decisions = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(3))
        .until(
            () -> {
              decisions.add(replica.reserve(key, 1, 41 * CENT));
              return spent(replica) == 60 * CENT;
            });
    assertTrue(decisions.stream().allMatch(Refused.class::isInstance), decisions.toString());
    assertEquals(40, settle(replica, key, 100));
  }

  @Test
  void saysAgainWhatItHoldsToARedisThatWasEmptied() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(null, null, null, null, 5, null, 100 * CENT));
    Replica replica = replica(WhenAway.SHARE, 1);
    for (int i = 0; i < 5; i++) {
      assertInstanceOf(Granted.class, replica.reserve(key, 1, 20 * CENT));
    }

    replica.redis(Command.FLUSHALL);

    await().atMost(Duration.ofSeconds(3)).until(() -> held(replica, "concurrent") == 5);
    await().atMost(Duration.ofSeconds(3)).until(() -> held(replica, "usd-per-month") == 100 * CENT);
  }

  private static long held(Replica replica, String measure) throws Exception {
    var held = replica.redis(Command.HGET, "{koff}:ai:limit:key:n8n:" + measure, "held");
    return held == null ? -1 : held.toLong();
  }

  private static void awaitSpent(Replica replica, long nanos) {
    await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(() -> spent(replica) == nanos);
  }

  private static long spent(Replica replica) throws Exception {
    var spent = replica.redis(Command.HGET, "{koff}:ai:limit:key:n8n:usd-per-month", "spent");
    return spent == null ? -1 : spent.toLong();
  }

  /** As many requests of a cent, one after another; how many were granted. */
  private static int settle(Replica replica, ApiKey key, int times) throws Exception {
    int granted = 0;
    for (int i = 0; i < times; i++) {
      if (replica.reserve(key, 1, CENT) instanceof Granted now) {
        now.reservation().settle(1, CENT);
        granted++;
      }
    }
    return granted;
  }

  private static Limits budget(long nanos) {
    return new Limits(null, null, null, null, null, null, nanos);
  }

  private static LimitsConfig config(WhenAway policy, int processes) {
    return new LimitsConfig(Map.of(), null, policy, processes, "UTC");
  }

  private Replica replica(WhenAway policy, int processes) throws Exception {
    Replica replica = Replica.start(redis.url(), config(policy, processes), NOTHING_SPENT);
    replicas.add(replica);
    return replica;
  }
}
