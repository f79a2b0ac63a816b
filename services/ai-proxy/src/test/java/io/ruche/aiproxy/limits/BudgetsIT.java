package io.ruche.aiproxy.limits;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.limits.BudgetListener.Kind;
import io.ruche.aiproxy.limits.BudgetListener.Notice;
import io.ruche.aiproxy.limits.Decision.Granted;
import io.ruche.aiproxy.limits.Decision.Refused;
import io.ruche.aiproxy.limits.Decision.Unavailable;
import io.ruche.auth.ApiKey;
import io.ruche.auth.limits.Limits;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BudgetsIT {

  private static final long CENT = 10_000_000;

  private final List<Replica> replicas = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2025-10-31T23:59:00Z"));
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
  void beginsAnewWithTheMonthAndTheDay() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(null, null, null, null, null, 30 * CENT, 50 * CENT));
    Replica one = replica(now::get);
    Replica two = replica(now::get);
    assertEquals(30, settle(one, key, 40));
    Refused day = assertInstanceOf(Refused.class, two.reserve(key, 1, CENT));
    assertEquals(Measure.USD_PER_DAY, day.measure());
    assertTrue(day.retryAfter().toSeconds() == 1 || day.retryAfter().toSeconds() == 60);
    // Once it is known that nothing of it comes back, there is no use in asking before midnight.
    await()
        .atMost(Duration.ofSeconds(3))
        .until(
            () ->
                two.reserve(key, 1, CENT) instanceof Refused refused
                    && refused.retryAfter().toSeconds() == 60);
    Granted early = assertInstanceOf(Granted.class, two.reserve(key, 1, 0));

    now.set(Instant.parse("2025-11-01T00:00:00Z"));
    await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> one.reserve(key, 1, CENT) instanceof Granted g && settled(g));
    early.reservation().settle(1, 20 * CENT);
    assertEquals(29, settleAll(one, two, key));

    now.set(Instant.parse("2025-11-02T00:00:00Z"));
    assertEquals(20, settleAll(one, two, key));
    Refused refused = assertInstanceOf(Refused.class, one.reserve(key, 1, CENT));
    assertEquals(Measure.USD_PER_MONTH, refused.measure());
    assertEquals(Instant.parse("2025-12-01T00:00:00Z"), now.get().plus(refused.reset()));
  }

  @Test
  void leavesNoBudgetThatRedisMayEvict() throws Exception {
    ApiKey key = Replica.key("n8n", new Limits(5, null, null, null, 5, 50 * CENT, 50 * CENT));
    Replica replica = replica(InstantSource.system());
    Granted running = assertInstanceOf(Granted.class, replica.reserve(key, 1, CENT));

    assertEquals(-1, ttl(replica, "key:n8n:usd-per-day"));
    assertEquals(-1, ttl(replica, "key:n8n:usd-per-month"));
    assertEquals(-1, ttl(replica, "budgets"));
    assertTrue(ttl(replica, "key:n8n:rpm") > 0);
    assertTrue(ttl(replica, "key:n8n:concurrent") > 0);
    running.reservation().cancel();
  }

  @Test
  void sweepsBudgetsThatAreOver() throws Exception {
    Replica past = replica(now::get);
    for (int i = 0; i < 5; i++) {
      settle(past, Replica.key("old-" + i, budget(50 * CENT)), 1);
    }
    assertEquals(5, budgets(past).size());
    for (String budget : budgets(past)) {
      past.redis(Command.HSET, budget, "seen", "1");
    }

    Replica present = replica(InstantSource.system());
    settle(present, Replica.key("new", budget(50 * CENT)), 1);

    assertEquals(Set.of("{koff}:ai:limit:key:new:usd-per-month"), budgets(present));
    assertEquals(
        0, present.redis(Command.EXISTS, "{koff}:ai:limit:key:old-1:usd-per-month").toInteger());
  }

  @Test
  void beginsWithWhatTheLedgerKnows() throws Exception {
    ledger.spent.put("koff/n8n", 45 * CENT);
    ledger.spent.put("koff/", 45 * CENT);
    ApiKey key = Replica.key("n8n", budget(50 * CENT));

    assertEquals(5, settle(replica(now::get), key, 10));
    assertEquals("koff/n8n 2025-10-01T00:00:00Z", ledger.asked.getFirst());
  }

  @Test
  void raisesABudgetToWhatTheLedgerKnowsBetter() throws Exception {
    ApiKey key = Replica.key("n8n", budget(50 * CENT));
    Replica first = replica(InstantSource.system());
    assertEquals(1, settle(first, key, 1));
    await().atMost(Duration.ofSeconds(2)).until(() -> ledger.asked.size() >= 2);
    // A crash, of which only the journal knew, was settled meanwhile.
    ledger.spent.put("koff/n8n", 48 * CENT);

    Replica second = replica(InstantSource.system());
    await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(12))
        .until(
            () -> {
              settle(second, key, 0);
              second.reserve(key, 1, 0);
              second.allowances().reserve(key, new Need(1, 10 * CENT)).onSuccess(BudgetsIT::cancel);
              return spent(second) == 48 * CENT;
            });

    await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> second.reserve(key, 1, 3 * CENT) instanceof Refused);
  }

  private static void cancel(Decision decision) {
    if (decision instanceof Granted granted) {
      granted.reservation().cancel();
    }
  }

  @Test
  void tellsOnceThatABudgetNearsItsEndAndThatItIsUsedUp() throws Exception {
    ApiKey key = Replica.key("n8n", budget(100 * CENT));
    Replica one = replica(now::get);
    Replica two = replica(now::get);

    settle(one, key, 79);
    settle(two, key, 3);
    await().atMost(Duration.ofSeconds(3)).until(() -> notices().size() == 1);
    assertEquals(
        new Notice(
            Kind.WARNING,
            new Owner("koff", "n8n"),
            Measure.USD_PER_MONTH,
            "2025-10",
            Instant.parse("2025-11-01T00:00:00Z"),
            100 * CENT,
            notices().getFirst().spent()),
        notices().getFirst());
    assertTrue(notices().getFirst().spent() >= 80 * CENT);

    settle(one, key, 30);
    settle(two, key, 30);
    await().atMost(Duration.ofSeconds(3)).until(() -> notices().size() == 2);
    assertTrue(notices().stream().anyMatch(notice -> notice.kind() == Kind.EXCEEDED));
    one.redis(Command.FLUSHALL);
    ledger.spent.put("koff/n8n", 100 * CENT);
    settle(one, key, 5);

    // A higher limit is another budget.
    ApiKey more = Replica.key("n8n", budget(110 * CENT));
    await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                settle(one, more, 2) + settle(two, more, 2) >= 0
                    && notices().stream().anyMatch(notice -> notice.limit() == 110 * CENT));
  }

  @Test
  void countsTheTenantsBudgetOverAllItsKeys() throws Exception {
    LimitsConfig config =
        new LimitsConfig(
            Map.of(),
            new LimitsConfig.Tenant(null, null, null, null, null, null, 0.3),
            LimitsConfig.WhenAway.SHARE,
            1,
            "UTC");
    Replica replica = Replica.start(redis.url(), config, ledger, now::get);
    replicas.add(replica);

    assertEquals(20, settle(replica, Replica.key("a", budget(20 * CENT)), 25));
    assertEquals(10, settle(replica, Replica.key("b", Limits.NONE), 25));
    Refused refused =
        assertInstanceOf(Refused.class, replica.reserve(Replica.key("b", Limits.NONE), 1, CENT));
    assertEquals(new Owner("koff", null), refused.owner());
  }

  private List<Notice> notices() {
    return replicas.stream().flatMap(replica -> replica.notices().stream()).toList();
  }

  private static boolean settled(Granted granted) {
    granted.reservation().settle(1, CENT);
    return true;
  }

  private static int settle(Replica replica, ApiKey key, int times) throws Exception {
    int granted = 0;
    for (int i = 0; i < times; i++) {
      if (replica.reserve(key, 1, CENT) instanceof Granted now && settled(now)) {
        granted++;
      }
    }
    return granted;
  }

  /** What two replicas can spend together, until both say that nothing comes back in this term. */
  private static int settleAll(Replica one, Replica two, ApiKey key) {
    int[] granted = {0};
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              boolean first = isOver(one, key, granted);
              return isOver(two, key, granted) && first;
            });
    return granted[0];
  }

  private static boolean isOver(Replica replica, ApiKey key, int[] granted) throws Exception {
    return switch (replica.reserve(key, 1, CENT)) {
      case Granted now -> {
        granted[0] += settled(now) ? 1 : 0;
        yield false;
      }
      case Refused refused -> refused.retryAfter().toSeconds() > 10;
      case Unavailable away -> throw new AssertionError(away.reason());
    };
  }

  private static long spent(Replica replica) throws Exception {
    return replica.redis(Command.HGET, "{koff}:ai:limit:key:n8n:usd-per-month", "spent").toLong();
  }

  private static long ttl(Replica replica, String key) throws Exception {
    return replica.redis(Command.PTTL, "{koff}:ai:limit:" + key).toLong();
  }

  private static Set<String> budgets(Replica replica) throws Exception {
    return replica.redis(Command.SMEMBERS, "{koff}:ai:limit:budgets").stream()
        .map(Object::toString)
        .collect(Collectors.toSet());
  }

  private static Limits budget(long nanos) {
    return new Limits(null, null, null, null, null, null, nanos);
  }

  private Replica replica(InstantSource clock) throws Exception {
    Replica replica = Replica.start(redis.url(), LimitsConfig.NONE, ledger, clock);
    replicas.add(replica);
    return replica;
  }

  /** Knows what it is told, whatever the time. */
  private static final class Ledger implements Spending {

    private final Map<String, Long> spent = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @Override
    public Future<Long> since(String tenant, @Nullable String key, Instant from) {
      String owner = tenant + "/" + (key == null ? "" : key);
      asked.add(owner + " " + from);
      return Future.succeededFuture(spent.getOrDefault(owner, 0L));
    }
  }
}
