package io.ruche.aiproxy.limits;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.limits.Decision.Granted;
import io.ruche.aiproxy.limits.Decision.Refused;
import io.ruche.aiproxy.limits.LimitsConfig.Tenant;
import io.ruche.aiproxy.limits.LimitsConfig.WhenAway;
import io.ruche.auth.ApiKey;
import io.ruche.auth.limits.Limits;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class AllowancesIT {

  private static final Logger LOG = LoggerFactory.getLogger(AllowancesIT.class);
  private static final Spending NOTHING_SPENT = (tenant, key, from) -> Future.succeededFuture(0L);
  private static final Need CENT = new Need(100, 10_000_000);
  private static final long DOLLAR = 1_000_000_000;

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
  void letsAThousandRacingRequestsOnThreeReplicasSpendOneBudgetAndNoMore() throws Exception {
    ApiKey key = Replica.key("n8n", usdPerMonth(3 * DOLLAR));
    List<Replica> three = List.of(replica(), replica(), replica());

    List<Reservation> granted = race(three, key, 1_000);

    LOG.info("racing=1000 budget_cents=300 granted={}", granted.size());
    assertTrue(granted.size() <= 300, granted.size() + " were granted");
    // What a replica drew and did not use comes back, and nothing of it is lost.
    await()
        .atMost(Duration.ofSeconds(3))
        .until(
            () -> {
              granted.addAll(race(three, key, 100));
              return granted.size() >= 300;
            });
    assertEquals(300, granted.size());
    granted.forEach(each -> each.settle(90, 10_000_000));
    await().atMost(Duration.ofSeconds(3)).until(() -> spent("key:n8n:usd-per-month") == 3 * DOLLAR);
    Refused refused = assertInstanceOf(Refused.class, three.getFirst().reserve(key, 100, 1));
    assertEquals(Measure.USD_PER_MONTH, refused.measure());
    assertEquals(0, refused.remaining());
  }

  @Test
  void spendsWhatRequestsReservedTooMuchAgain() throws Exception {
    ApiKey key = Replica.key("n8n", usdPerMonth(DOLLAR));
    List<Replica> three = List.of(replica(), replica(), replica());
    long spent = 0;

    for (int round = 0; round < 200 && spent < DOLLAR - 50_000_000; round++) {
      for (Replica replica : three) {
        for (Reservation each : replica.race(key, 5, CENT)) {
          each.settle(50, 4_000_000);
          spent += 4_000_000;
        }
      }
    }
    long all = spent;
    await().atMost(Duration.ofSeconds(3)).until(() -> spent("key:n8n:usd-per-month") == all);
    assertTrue(all >= DOLLAR - 50_000_000 && all <= DOLLAR, "spent " + all);
  }

  @Test
  void holdsADebtAgainstLaterRequests() throws Exception {
    ApiKey key = Replica.key("n8n", usdPerMonth(DOLLAR));
    Replica one = replica();
    Replica two = replica();

    granted(one, key, CENT).settle(10, 2 * DOLLAR);

    await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> two.reserve(key, 1, 10_000_000) instanceof Refused);
    Refused refused = assertInstanceOf(Refused.class, two.reserve(key, 1, 1));
    assertEquals(0, refused.remaining());
    assertTrue(refused.reset().toHours() <= 31 * 24);
  }

  @Test
  void letsRacingReplicasThroughABucketOnceTogether() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(600, null, 30_000L, null, null, null, null));
    List<Replica> three = List.of(replica(), replica(), replica());
    long began = System.nanoTime();

    // 600 requests a minute, but tokens for 300 requests of 100.
    int granted = race(three, key, 1_000).size();

    double seconds = (System.nanoTime() - began) / 1e9;
    LOG.info("racing=1000 tpm=30000 each=100 granted={} seconds={}", granted, seconds);
    assertTrue(granted <= 300 + 5 * seconds + 1, granted + " in " + seconds + " s");
    assertTrue(granted >= 200, granted + " in " + seconds + " s");
  }

  @Test
  void reservesAllOrNothing() throws Exception {
    Replica replica =
        replica(config(Map.of("koff", new Tenant(null, null, 1_000L, null, null, null, null))));
    ApiKey key = Replica.key("n8n", new Limits(10, null, null, null, 5, null, null));

    granted(replica, key, new Need(900, 0)).settle(900, 0);
    for (int i = 0; i < 50; i++) {
      Refused refused = assertInstanceOf(Refused.class, replica.reserve(key, 900, 0));
      assertEquals(new Owner("koff", null), refused.owner());
      assertEquals(Measure.TPM, refused.measure());
    }

    // The refused ones took no request and no slot.
    Decision.Granted small = assertInstanceOf(Granted.class, replica.reserve(key, 1, 0));
    assertEquals(8, assertNotNull8(small));
  }

  private static long assertNotNull8(Granted granted) {
    Standing requests = granted.requests();
    assertNotNull(requests);
    return requests.remaining();
  }

  @Test
  void tellsWhereTheLimitsStand() throws Exception {
    Replica replica = replica();
    ApiKey key = Replica.key("n8n", new Limits(60, 10L, 6_000L, null, null, null, null));

    Granted granted = assertInstanceOf(Granted.class, replica.reserve(key, 500, 0));

    Standing requests = granted.requests();
    Standing tokens = granted.tokens();
    assertNotNull(requests);
    assertNotNull(tokens);
    assertEquals(new Standing(10, 9, requests.reset()), requests);
    assertTrue(requests.reset().toMinutes() >= 143, requests.toString());
    assertEquals(5_500, tokens.remaining());
    assertTrue(Math.abs(tokens.reset().toMillis() - 5_000) < 50, tokens.toString());
  }

  @Test
  void passesWhatNothingLimits() throws Exception {
    Replica replica = replica();
    ApiKey key = Replica.key("free", Limits.NONE);

    Granted granted =
        assertInstanceOf(
            Granted.class, replica.allowances().tryReserve(key, new Need(1_000_000, DOLLAR)));

    granted.reservation().settle(1, 1);
    assertNull(granted.requests());
    assertEquals(0, replica.calls());
  }

  @Test
  void refusesForGoodWhatNeverFits() throws Exception {
    Replica replica = replica();
    ApiKey key = Replica.key("n8n", new Limits(null, null, 100L, null, null, null, null));

    Refused refused = assertInstanceOf(Refused.class, replica.reserve(key, 101, 0));

    assertFalse(refused.possible());
    assertEquals(101, refused.needed());
    assertEquals(100, refused.limit());
  }

  @Test
  void settlesOnce() throws Exception {
    Replica replica = replica();
    ApiKey key = Replica.key("n8n", new Limits(null, null, 1_000L, null, 1, null, null));
    Reservation reservation = granted(replica, key, new Need(900, 0));
    assertInstanceOf(Refused.class, replica.reserve(key, 10, 0));

    reservation.settle(100, 0);
    reservation.settle(100, 0);
    reservation.cancel();

    Granted next = assertInstanceOf(Granted.class, replica.reserve(key, 800, 0));
    assertInstanceOf(Refused.class, replica.reserve(key, 1, 0));
    next.reservation().cancel();
    granted(replica, key, new Need(800, 0)).cancel();
  }

  @Test
  void holdsRequestsAtTheSameTimeOverAllReplicas() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(null, null, null, null, 7, null, null));
    List<Replica> three = List.of(replica(), replica(), replica());

    List<Reservation> granted = race(three, key, 100);
    assertTrue(granted.size() <= 7 && granted.size() >= 5, granted.size() + " at once");
    await()
        .atMost(Duration.ofSeconds(2))
        .until(
            () -> {
              granted.addAll(race(three, key, 10));
              return granted.size() == 7;
            });
    granted.forEach(each -> each.settle(1, 1));

    // A slot that one replica has freed serves the others soon.
    await()
        .atMost(Duration.ofSeconds(2))
        .until(
            () -> {
              List<Reservation> again = three.get(2).race(key, 7, CENT);
              again.forEach(Reservation::cancel);
              return again.size() == 7;
            });
  }

  @Test
  void forgetsTheRequestsOfAKilledProcess() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(null, null, null, null, 5, null, 5 * DOLLAR));
    Replica doomed = Replica.start(redis.url(), LimitsConfig.NONE, NOTHING_SPENT);
    Replica other = replica();
    assertEquals(5, doomed.race(key, 5, new Need(1, DOLLAR)).size());
    assertInstanceOf(Refused.class, other.reserve(key, 1, DOLLAR));

    long killed = System.nanoTime();
    doomed.kill();

    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> other.reserve(key, 1, DOLLAR) instanceof Granted);
    LOG.info(
        "requests of a killed process gone after ms={}", (System.nanoTime() - killed) / 1_000_000);
  }

  @Test
  void givesBackWhatItDoesNotUse() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(100_000, null, null, null, null, null, null));
    Replica busy = replica();
    long until = System.nanoTime() + 1_000_000_000L;
    long used = 0;
    while (System.nanoTime() < until) {
      used += busy.race(key, 10, CENT).size();
    }
    double left = 100_000 - used;

    await()
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> level("key:n8n:rpm") < 100_000 - left + 1);
  }

  @Test
  void givesBackEverythingWhenItStops() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(null, null, null, null, 50, null, DOLLAR));
    Replica stopping = Replica.start(redis.url(), LimitsConfig.NONE, NOTHING_SPENT);
    stopping.race(key, 40, CENT).forEach(each -> each.settle(1, 1));

    stopping.close();

    Replica next = replica();
    assertEquals(50, next.race(key, 50, CENT).size());
  }

  @Test
  void takesOtherLimitsAtOnce() throws Exception {
    Replica replica = replica();
    ApiKey tight = Replica.key("n8n", new Limits(2, null, null, null, null, null, null));
    replica.race(tight, 2, CENT);
    assertInstanceOf(Refused.class, replica.reserve(tight, 1, 0));

    ApiKey wide = Replica.key("n8n", new Limits(100, null, null, null, null, null, null));
    assertEquals(98, replica.race(wide, 200, CENT).size());
    assertInstanceOf(Refused.class, replica.reserve(tight, 1, 0));
    assertInstanceOf(Granted.class, replica.reserve(Replica.key("n8n", Limits.NONE), 1, 0));
  }

  @Test
  void takesOtherLimitsOfTenantsAtOnce() throws Exception {
    Replica replica = replica();
    ApiKey key = Replica.key("n8n", Limits.NONE);
    assertInstanceOf(Granted.class, replica.reserve(key, 50, 0));

    replica
        .allowances()
        .use(
            new LimitsConfig(
                Map.of(),
                new Tenant(1, null, null, null, null, null, null),
                WhenAway.SHARE,
                1,
                "UTC"));

    assertInstanceOf(Granted.class, replica.reserve(key, 50, 0));
    Refused refused = assertInstanceOf(Refused.class, replica.reserve(key, 50, 0));
    assertEquals("the tenant 'koff'", refused.owner().spelled());
  }

  @Test
  void decidesMostRequestsWithoutRedis() throws Exception {
    Replica replica =
        replica(
            config(
                Map.of(
                    "koff", new Tenant(1_000_000, null, null, null, 10_000, null, 1_000_000.0))));
    ApiKey key =
        Replica.key(
            "n8n",
            new Limits(600_000, 100_000_000L, 900_000_000L, null, 1_000, null, 100_000 * DOLLAR));
    Need need = new Need(900, 1_000_000);
    paced(replica, key, need, 1_000);

    double before = replica.calls();
    int[] counted = paced(replica, key, need, 3_000);
    double calls = replica.calls() - before;

    LOG.info(
        "at 5000/s: requests={} waited={} redis_calls_per_1000={}",
        counted[0],
        counted[1],
        Math.round(calls * 1_000_000 / counted[0]) / 1_000.0);
    assertTrue(calls * 1_000 / counted[0] < 20, calls + " calls for " + counted[0]);
  }

  /**
   * 5,000 reservations a second, of which the last fifty are in flight; all, and those that waited.
   */
  private static int[] paced(Replica replica, ApiKey key, Need need, long millis) throws Exception {
    int[] counted = new int[2];
    java.util.ArrayDeque<Future<Decision>> flight = new java.util.ArrayDeque<>();
    long began = System.nanoTime();
    while (System.nanoTime() - began < millis * 1_000_000) {
      while (counted[0] < (System.nanoTime() - began) / 200_000) {
        Future<Decision> decision = replica.allowances().reserve(key, need);
        counted[0]++;
        counted[1] += decision.isComplete() ? 0 : 1;
        flight.add(decision);
        if (flight.size() > 50) {
          settle(flight.remove());
        }
      }
      Thread.onSpinWait();
    }
    while (!flight.isEmpty()) {
      settle(flight.remove());
    }
    return counted;
  }

  private static void settle(Future<Decision> decision) throws Exception {
    assertInstanceOf(Granted.class, decision.await(5, TimeUnit.SECONDS))
        .reservation()
        .settle(700, 800_000);
  }

  @Test
  void reservesAndSettlesInAboutAMicrosecond() throws Exception {
    Replica replica =
        replica(config(Map.of("koff", new Tenant(1_000_000, null, null, null, null, null, null))));
    ApiKey key =
        Replica.key(
            "n8n",
            new Limits(
                null, 1_000_000_000L, 1_000_000_000L, null, 1_000, null, 1_000_000 * DOLLAR));
    Limits limits = key.limits();
    assertNotNull(limits);
    Need need = new Need(900, 1_000_000);
    int rounds = 300_000;
    long took = 0;
    int sync = 0;
    for (int warm = 0; warm < 3; warm++) {
      sync = 0;
      long began = System.nanoTime();
      for (int i = 0; i < rounds; i++) {
        Decision decision = replica.allowances().tryReserve(key, need);
        if (decision instanceof Granted granted) {
          granted.reservation().cancel();
          sync++;
        } else {
          replica.reserve(key, 900, 1_000_000);
        }
      }
      took = System.nanoTime() - began;
    }
    LOG.info(
        "reserve and settle: ns={} per_second={} at once={} of {}",
        took / rounds,
        rounds * 1_000_000_000L / took,
        sync,
        rounds);
    assertTrue(took / rounds < 20_000, "took " + took / rounds + " ns");
  }

  private List<Reservation> race(List<Replica> on, ApiKey key, int times) throws Exception {
    List<Future<Decision>> racing = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      racing.add(on.get(i % on.size()).allowances().reserve(key, CENT));
    }
    return Replica.granted(racing);
  }

  private static Reservation granted(Replica replica, ApiKey key, Need need) throws Exception {
    Decision decision = replica.reserve(key, need.tokens(), need.costNanos());
    return assertInstanceOf(Granted.class, decision).reservation();
  }

  private long spent(String budget) throws Exception {
    return replicas.getFirst().redis(Command.HGET, "{koff}:ai:limit:" + budget, "spent").toLong();
  }

  /** What Redis thinks is used of a bucket, without the refill since. */
  private double level(String bucket) throws Exception {
    var used = replicas.getFirst().redis(Command.HGET, "{koff}:ai:limit:" + bucket, "used");
    return used == null ? 0 : used.toDouble();
  }

  private static Limits usdPerMonth(long nanos) {
    return new Limits(null, null, null, null, null, null, nanos);
  }

  private static LimitsConfig config(Map<String, Tenant> tenants) {
    return new LimitsConfig(tenants, null, WhenAway.SHARE, 1, "UTC");
  }

  private Replica replica() throws Exception {
    return replica(LimitsConfig.NONE);
  }

  private Replica replica(LimitsConfig config) throws Exception {
    Replica replica = Replica.start(redis.url(), config, NOTHING_SPENT);
    replicas.add(replica);
    return replica;
  }
}
