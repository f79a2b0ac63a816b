package io.ruche.auth;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.KeyCheck.Cause;
import io.ruche.auth.KeyCheck.Refused;
import io.ruche.auth.KeyCheck.Valid;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.limits.Limits;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.testing.Gate;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class KeyRingIT {

  private static final Logger LOG = LoggerFactory.getLogger(KeyRingIT.class);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LONG_GRACE = Duration.ofMinutes(15);

  private static PostgresProcess server;
  private static RedisProcess redis;

  private String database;
  private final List<Site> sites = new ArrayList<>();

  @BeforeAll
  static void startStores() throws Exception {
    server = PostgresProcess.start();
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopStores() throws Exception {
    redis.close();
    server.close();
  }

  @BeforeEach
  void createDatabase() throws Exception {
    database = server.newDatabase();
  }

  @AfterEach
  void stopSites() throws Exception {
    for (Site site : sites) {
      site.close();
    }
  }

  @Test
  void takesAKeyAsSoonAsItIsMade() throws Exception {
    Site maker = site(LONG_GRACE);
    Site other = site(LONG_GRACE);

    String plain = create(maker, "n8n", null);

    Valid valid = assertInstanceOf(Valid.class, fresh(other, plain));
    assertEquals("koff.n8n", valid.key().mqttUser());
    assertEquals(Set.of(Scope.AI, Scope.EVENTS), valid.key().scopes());
    assertEquals(60, valid.key().rpm());
  }

  @Test
  void refusesWhatIsNoKeyAndWhatIsNoneOfItsKeys() throws Exception {
    Site site = site(LONG_GRACE);

    assertRefused(Cause.MALFORMED, site.ring().check("hello"));
    assertRefused(Cause.UNKNOWN, site.ring().check(KeyFormat.generate().value()));
    assertRefused(Cause.UNKNOWN, fresh(site, KeyFormat.generate().value()));
  }

  @Test
  void sharesFewReadsAmongManyUnknownKeys() throws Exception {
    Site site = site(LONG_GRACE);
    long before = transactions();

    List<Future<KeyCheck>> checks = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      checks.add(site.ring().checkFresh(KeyFormat.generate().value()));
    }
    Future.all(checks).await(3, TimeUnit.SECONDS);

    for (Future<KeyCheck> check : checks) {
      assertRefused(Cause.UNKNOWN, check.result());
    }
    // Beside the ring's own polls and the readiness probe.
    assertTrue(transactions() - before < 60, "reads " + (transactions() - before));
  }

  @Test
  void stopsARevokedKeyEverywhereWithinASecond() throws Exception {
    Site one = site(LONG_GRACE);
    Site two = site(LONG_GRACE);
    String plain = create(one, "n8n", null);
    awaitValid(one, plain);
    awaitValid(two, plain);

    assertTrue(one.store().revoke("koff", "n8n").await(2, TimeUnit.SECONDS).isPresent());

    awaitRefused(Cause.REVOKED, plain, SECOND, one, two);
    await().until(() -> one.ended().size() == 1 && two.ended().size() == 1);
    assertEquals("n8n", one.ended().getFirst().name());
  }

  @Test
  void changesLimitsEverywhereWithinASecond() throws Exception {
    Site one = site(LONG_GRACE);
    Site two = site(LONG_GRACE);
    String plain = create(one, "n8n", null);
    awaitValid(one, plain);
    awaitValid(two, plain);

    one.store().limit("koff", "n8n", old -> Limits.ofRpm(7)).await(2, TimeUnit.SECONDS);

    await()
        .atMost(SECOND)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> rpm(one, plain) == 7 && rpm(two, plain) == 7);
    assertEquals(0, one.ended().size() + two.ended().size());
  }

  private static int rpm(Site site, String plain) {
    return site.ring().check(plain) instanceof Valid(ApiKey key) && key.rpm() != null
        ? key.rpm()
        : 0;
  }

  @Test
  void stopsARevokedKeyWithinASecondWhilePostgresIsOutOfReach() throws Exception {
    Site maker = site(LONG_GRACE);
    Site one = site(LONG_GRACE);
    Site two = site(LONG_GRACE);
    String plain = create(maker, "n8n", null);
    awaitValid(one, plain);
    awaitValid(two, plain);
    one.toPostgres().shut();
    two.toPostgres().shut();

    maker.ring().revoke("koff", "n8n").await(2, TimeUnit.SECONDS);

    awaitRefused(Cause.REVOKED, plain, SECOND, one, two);
  }

  @Test
  void stopsARevokedKeyWithinASecondWhileRedisIsAway() throws Exception {
    Site one = site(LONG_GRACE);
    Site two = site(LONG_GRACE);
    String plain = create(one, "n8n", null);
    awaitValid(one, plain);
    awaitValid(two, plain);
    one.toRedis().shut();
    two.toRedis().shut();

    one.ring().revoke("koff", "n8n").await(2, TimeUnit.SECONDS);

    awaitRefused(Cause.REVOKED, plain, SECOND, one, two);
  }

  @Test
  void revokesOnTheBoardAloneAndWritesItWhenPostgresIsBack() throws Exception {
    Site one = site(LONG_GRACE);
    Site two = site(LONG_GRACE);
    String plain = create(one, "n8n", null);
    awaitValid(one, plain);
    awaitValid(two, plain);
    one.toPostgres().shut();
    two.toPostgres().shut();

    assertTrue(one.ring().revoke("koff", "n8n").await(2, TimeUnit.SECONDS).isPresent());

    awaitRefused(Cause.REVOKED, plain, SECOND, one, two);
    assertEquals("1", liveKeys());
    two.toPostgres().open();
    await().atMost(Duration.ofSeconds(5)).until(() -> liveKeys().equals("0"));
    assertRefused(Cause.REVOKED, two.ring().check(plain));
  }

  @Test
  void bringsARevocationThatRedisMissedToTheBoard() throws Exception {
    Site revoker = site(LONG_GRACE);
    Site bridge = site(LONG_GRACE);
    Site cutOff = site(LONG_GRACE);
    String plain = create(revoker, "n8n", null);
    awaitValid(bridge, plain);
    awaitValid(cutOff, plain);
    revoker.toRedis().shut();
    cutOff.toPostgres().shut();

    revoker.store().revoke("koff", "n8n").await(2, TimeUnit.SECONDS);

    awaitRefused(Cause.REVOKED, plain, Duration.ofSeconds(2), bridge, cutOff);
  }

  @Test
  void goesOnForTheGraceAndThenRefusesAllUntilAStoreIsBack() throws Exception {
    Site site = site(Duration.ofSeconds(3));
    String plain = create(site, "n8n", null);
    awaitValid(site, plain);
    site.toPostgres().shut();
    site.toRedis().shut();
    long cut = System.nanoTime();

    assertInstanceOf(Valid.class, site.ring().check(plain));
    Refused unknown = refused(fresh(site, KeyFormat.generate().value()));
    assertEquals(Cause.UNKNOWN, unknown.cause());
    assertTrue(unknown.reason().contains("PostgreSQL cannot be asked"), unknown.reason());
    awaitRefused(Cause.UNVERIFIABLE, plain, Duration.ofSeconds(5), site);

    long lasted = Duration.ofNanos(System.nanoTime() - cut).toMillis();
    assertTrue(lasted > 2_000, "the grace lasted " + lasted + " ms");
    assertEquals(State.DOWN, site.ring().state().state());
    assertTrue(refused(site.ring().check(plain)).reason().contains("longer than the grace"));
    site.toRedis().open();
    awaitValid(site, plain);
    assertEquals(State.UP, site.ring().state().state());
  }

  @Test
  void doesNotTrustABoardThatWasLostWhilePostgresIsAway() throws Exception {
    Site site = site(Duration.ofSeconds(2));
    String plain = create(site, "n8n", null);
    awaitValid(site, plain);
    site.toPostgres().shut();
    site.hot().send(Request.cmd(Command.FLUSHALL)).await(2, TimeUnit.SECONDS);

    awaitRefused(Cause.UNVERIFIABLE, plain, Duration.ofSeconds(5), site);

    site.toPostgres().open();
    awaitValid(site, plain);
    site.toPostgres().shut();
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(5))
        .until(() -> site.ring().check(plain) instanceof Valid);
  }

  @Test
  void startsBeforePostgresDoes() throws Exception {
    Site maker = site(LONG_GRACE);
    String plain = create(maker, "n8n", null);
    Gate late = Gate.shutBefore(server.port());
    Site site = keep(Site.start(late, database, Gate.openTo(redis.port()), LONG_GRACE));
    awaitRefused(Cause.UNVERIFIABLE, plain, SECOND, site);
    assertEquals(State.DOWN, site.ring().state().state());

    late.open();

    awaitValid(site, plain);
  }

  @Test
  void survivesTheKillOfBothStores() throws Exception {
    Site site = site(LONG_GRACE);
    String plain = create(site, "n8n", null);
    String doomed = create(site, "doomed", null);
    awaitValid(site, plain);

    redis.kill();
    server.kill();
    assertInstanceOf(Valid.class, site.ring().check(plain));
    server.launch();
    redis.launch();

    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> site.store().revoke("koff", "doomed").await(2, TimeUnit.SECONDS).isPresent());
    awaitRefused(Cause.REVOKED, doomed, SECOND, site);
    assertInstanceOf(Valid.class, site.ring().check(plain));
  }

  @Test
  void endsAKeyThatExpires() throws Exception {
    Site site = site(LONG_GRACE);
    Instant expiry = Instant.now().plusMillis(1_500);
    String plain = create(site, "brief", expiry);
    assertInstanceOf(Valid.class, fresh(site, plain));

    awaitRefused(Cause.EXPIRED, plain, Duration.ofSeconds(3), site);

    assertTrue(!Instant.now().isBefore(expiry));
    assertTrue(refused(site.ring().check(plain)).reason().contains("expired at 2"));
    await().atMost(SECOND).until(() -> site.ended().size() == 1);
    // Its name is free, and the old key's end is not told again.
    String next = create(site, "brief", null);
    assertInstanceOf(Valid.class, fresh(site, next));
    await().atMost(SECOND).until(() -> refused(site.ring().check(plain)).cause() == Cause.REVOKED);
    assertEquals(1, site.ended().size());
  }

  @Test
  void readsAllAgainAfterAnOlderDatabaseWasRestored() throws Exception {
    Site site = site(LONG_GRACE);
    String plain = create(site, "n8n", null);
    awaitValid(site, plain);

    server.run(
        database, "TRUNCATE ruche_auth.api_key; UPDATE ruche_auth.key_change SET version = 0");

    awaitRefused(Cause.UNKNOWN, plain, Duration.ofSeconds(2), site);
    await().atMost(SECOND).until(() -> site.ended().size() == 1);
  }

  @Test
  void checksAKeyInAboutAMicrosecond() throws Exception {
    Site site = site(LONG_GRACE);
    String plain = create(site, "n8n", null);
    awaitValid(site, plain);
    int rounds = 300_000;
    long took = 0;
    for (int warm = 0; warm < 3; warm++) {
      long began = System.nanoTime();
      for (int i = 0; i < rounds; i++) {
        if (!(site.ring().check(plain) instanceof Valid)) {
          throw new AssertionError("refused");
        }
      }
      took = System.nanoTime() - began;
    }
    LOG.info("key check ns={} per_second={}", took / rounds, rounds * 1_000_000_000L / took);
    assertTrue(took / rounds < 50_000, "a check takes " + took / rounds + " ns");
  }

  private Site site(Duration grace) throws Exception {
    Site site = keep(Site.start(server, database, redis, grace));
    await().atMost(Duration.ofSeconds(20)).until(() -> site.ring().state().state() == State.UP);
    return site;
  }

  private Site keep(Site site) {
    sites.add(site);
    return site;
  }

  private static String create(Site site, String name, @Nullable Instant expires) throws Exception {
    KeyRequest request =
        new KeyRequest(
            "koff",
            name,
            ApiKey.Kind.CLIENT,
            Set.of(Scope.AI, Scope.EVENTS),
            Limits.ofRpm(60),
            expires);
    Creation made = site.store().create(request).await(5, TimeUnit.SECONDS);
    return assertInstanceOf(Creation.Created.class, made).plain().value();
  }

  private static KeyCheck fresh(Site site, String plain) throws Exception {
    return site.ring().checkFresh(plain).await(3, TimeUnit.SECONDS);
  }

  private static void awaitValid(Site site, String plain) {
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> site.ring().check(plain) instanceof Valid);
  }

  private static void awaitRefused(Cause cause, String plain, Duration within, Site... sites) {
    long began = System.nanoTime();
    await()
        .atMost(within)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              for (Site site : sites) {
                if (!(site.ring().check(plain) instanceof Refused refused
                    && refused.cause() == cause)) {
                  return false;
                }
              }
              return true;
            });
    LOG.info("refused {} after_ms={}", cause, (System.nanoTime() - began) / 1_000_000);
  }

  private static Refused refused(KeyCheck check) {
    return assertInstanceOf(Refused.class, check);
  }

  private static void assertRefused(Cause cause, KeyCheck check) {
    assertEquals(cause, refused(check).cause());
  }

  private String liveKeys() throws Exception {
    return server.read(
        database, "SELECT count(*) FROM ruche_auth.api_key WHERE revoked_at IS NULL");
  }

  private long transactions() throws Exception {
    return Long.parseLong(
        server.read(
            database,
            "SELECT xact_commit FROM pg_stat_database WHERE datname = '" + database + "'"));
  }
}
