package io.ruche.auth;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.KeyStore.Changes;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.KeyStore.Stored;
import io.ruche.auth.limits.Access;
import io.ruche.auth.limits.Limits;
import io.ruche.config.Secret;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.testing.PostgresProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyStoreIT {

  private static PostgresProcess server;

  private final Vertx vertx = Vertx.vertx();
  private final RecordedBoard board = new RecordedBoard();
  private String database;
  private Postgres postgres;
  private KeyStore store;

  @BeforeAll
  static void startServer() throws Exception {
    server = PostgresProcess.start();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    database = server.newDatabase();
    postgres =
        new Postgres(
            vertx,
            PostgresUrl.parse(server.url(database)),
            PostgresConfig.defaults(),
            List.of(KeyStore.SCHEMA));
    postgres.start().await(1, TimeUnit.SECONDS);
    await().atMost(Duration.ofSeconds(20)).until(() -> postgres.state().state() == State.UP);
    store = new KeyStore(postgres, board, BrokerAccounts.NONE);
  }

  @AfterEach
  void close() throws Exception {
    postgres.stop().await(5, TimeUnit.SECONDS);
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  @Test
  void storesTheHashAndNeverTheKey() throws Exception {
    Creation.Created made = created("n8n");

    String row = server.read(database, "SELECT k::text FROM ruche_auth.api_key k");
    assertTrue(row.contains(KeyFormat.hash(made.plain().value())));
    assertFalse(row.contains(made.plain().value()));
    assertFalse(made.toString().contains(made.plain().value()));
  }

  @Test
  void keepsWhatWasAskedFor() throws Exception {
    Instant expiry = Instant.parse("2099-01-01T12:00:00.123456Z");
    KeyRequest request =
        new KeyRequest(
            "azoth", "d-1_x", ApiKey.Kind.DEVICE, Set.of(Scope.HEALTH), Limits.ofRpm(7), expiry);

    store.create(request).await(5, TimeUnit.SECONDS);

    ApiKey key = list("azoth", false).getFirst();
    assertEquals("azoth.d-1_x", key.mqttUser());
    assertEquals(ApiKey.Kind.DEVICE, key.kind());
    assertEquals(Set.of(Scope.HEALTH), key.scopes());
    assertEquals(7, key.rpm());
    assertEquals(expiry, key.expiresAt());
  }

  @Test
  void keepsEveryLimitAndChangesThemWhileTheKeyLives() throws Exception {
    Limits all = new Limits(60, 5_000L, 90_000L, 2_000_000L, 4, 1_500_000_000L, 20_000_000_000L);
    KeyRequest request =
        new KeyRequest("koff", "n8n", ApiKey.Kind.CLIENT, Set.of(Scope.AI), all, null);
    store.create(request).await(5, TimeUnit.SECONDS);
    assertEquals(all, list("koff", false).getFirst().limits());
    long version = store.live().await(5, TimeUnit.SECONDS).version();

    ApiKey changed = limited("n8n", old -> new Limits(90, null, old.tpm(), null, null, null, null));

    assertEquals(new Limits(90, null, 90_000L, null, null, null, null), changed.limits());
    assertEquals(
        List.of(changed),
        store.changesSince(version).await(5, TimeUnit.SECONDS).rows().stream()
            .map(Stored::key)
            .toList());
  }

  @Test
  void keepsWhatAKeyMayAskForAndChangesItWhileTheKeyLives() throws Exception {
    Access access = new Access(List.of("openai/*", "fast"), List.of("*-x"), 8_000L, 1_000L);
    KeyRequest request =
        new KeyRequest(
            "koff", "n8n", ApiKey.Kind.CLIENT, Set.of(Scope.AI), Limits.ofRpm(7), access, null);
    store.create(request).await(5, TimeUnit.SECONDS);
    assertEquals(access, list("koff", false).getFirst().access());
    server.run(database, "UPDATE ruche_auth.api_key SET access = access || '{\"new\": 2}'");
    long version = store.live().await(5, TimeUnit.SECONDS).version();
    Access changed = new Access(List.of("fast"), List.of(), null, 1_000L);

    ApiKey key =
        store
            .limit("koff", "n8n", limits -> limits, former -> changed)
            .await(5, TimeUnit.SECONDS)
            .orElseThrow();

    assertEquals(changed, key.access());
    assertEquals(Limits.ofRpm(7), key.limits());
    assertEquals(1, store.changesSince(version).await(5, TimeUnit.SECONDS).rows().size());
    assertEquals(Access.ANY, limitedAccess(Access.ANY).access());
    assertEquals("{\"new\": 2}", server.read(database, "SELECT access FROM ruche_auth.api_key"));
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> limitedAccess(new Access(List.of("a b"), List.of(), 0L, null)));
    assertEquals(
        "models: 'a b' must be a model, an alias, or a pattern such as openai/*, of 1 to 256 visible"
            + " ASCII characters without commas; max_input_tokens 0 must be between 1 and 10000000",
        refusal.getMessage());
  }

  private ApiKey limitedAccess(Access access) throws Exception {
    return store
        .limit("koff", "n8n", limits -> limits, former -> access)
        .await(5, TimeUnit.SECONDS)
        .orElseThrow();
  }

  @Test
  void leavesLimitsThatItDoesNotKnow() throws Exception {
    created("n8n");
    server.run(database, "UPDATE ruche_auth.api_key SET limits = '{\"rpm\": 1, \"new\": 2}'");

    limited("n8n", old -> Limits.NONE);

    assertEquals("{\"new\": 2}", server.read(database, "SELECT limits FROM ruche_auth.api_key"));
  }

  @Test
  void changesNoLimitsToWhatIsOutOfRange() throws Exception {
    created("n8n");

    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> limited("n8n", o -> Limits.ofRpm(0)));

    assertEquals("rpm 0 must be between 1 and 1000000", refusal.getMessage());
    assertEquals(Limits.NONE, list("koff", false).getFirst().limits());
    assertTrue(store.limit("koff", "nobody", old -> old).await(5, TimeUnit.SECONDS).isEmpty());
  }

  private ApiKey limited(String name, UnaryOperator<Limits> change) throws Exception {
    return store.limit("koff", name, change).await(5, TimeUnit.SECONDS).orElseThrow();
  }

  @Test
  void refusesASecondLiveKeyOfTheSameName() throws Exception {
    Creation.Created first = created("n8n");

    Creation second = store.create(request("n8n", null)).await(5, TimeUnit.SECONDS);

    assertEquals(first.key(), assertInstanceOf(Creation.NameTaken.class, second).by());
    assertInstanceOf(
        Creation.Created.class,
        store
            .create(
                new KeyRequest(
                    "azoth", "n8n", ApiKey.Kind.CLIENT, Set.of(Scope.AI), Limits.NONE, null))
            .await(5, TimeUnit.SECONDS));
  }

  @Test
  void letsOneOfManyHaveTheNameThatAllWant() throws Exception {
    List<Future<Creation>> racing = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      racing.add(store.create(request("n8n", null)));
    }

    Future.all(racing).await(10, TimeUnit.SECONDS);

    assertEquals(
        1, racing.stream().filter(made -> made.result() instanceof Creation.Created).count());
  }

  @Test
  void givesARevokedNameToTheNextKey() throws Exception {
    Creation.Created old = created("n8n");

    assertEquals(
        old.key().id(), store.revoke("koff", "n8n").await(5, TimeUnit.SECONDS).orElseThrow().id());
    Creation.Created next = created("n8n");

    assertTrue(next.key().id() > old.key().id());
    assertEquals(List.of(next.key()), list("koff", false));
    assertEquals(2, list("koff", true).size());
    assertEquals(List.of(KeyFormat.hash(old.plain().value())), board.posted);
  }

  @Test
  void givesTheNameOfAnExpiredKeyToTheNextKey() throws Exception {
    Creation.Created old = created("n8n");
    server.run(database, "UPDATE ruche_auth.api_key SET expires_at = now() - interval '1 second'");

    Creation.Created next = created("n8n");

    assertTrue(next.key().id() > old.key().id());
    assertEquals(List.of(next.key()), list("koff", false));
  }

  @Test
  void saysThatThereIsNothingToRevoke() throws Exception {
    assertTrue(store.revoke("koff", "nobody").await(5, TimeUnit.SECONDS).isEmpty());
  }

  @Test
  void revokesInPostgresAlsoWhenTheBoardIsAway() throws Exception {
    created("n8n");
    board.away = true;

    assertTrue(store.revoke("koff", "n8n").await(5, TimeUnit.SECONDS).isPresent());

    assertEquals(List.of(), list("koff", false));
  }

  @Test
  void makesNoKeyThatTheBrokerRefuses() throws Exception {
    KeyStore refused = new KeyStore(postgres, board, new RefusingBroker());

    Exception failure =
        assertThrows(
            IllegalStateException.class,
            () -> refused.create(request("n8n", null)).await(5, TimeUnit.SECONDS));

    assertTrue(failure.toString().contains("koff.n8n"), failure.toString());
    assertEquals(List.of(), list("koff", false));
  }

  @Test
  void showsEveryChangeToAReaderThatFollowsWhileManyWrite() throws Exception {
    List<Future<Creation>> writing = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      writing.add(store.create(request("client-" + i, null)));
    }
    Future<?> written = Future.all(writing);
    Set<Long> seen = new HashSet<>();
    long version = 0;

    while (!written.isComplete()) {
      version = follow(version, seen);
    }
    follow(version, seen);

    written.await(10, TimeUnit.SECONDS);
    assertEquals(200, seen.size());
  }

  @Test
  void listsInPages() throws Exception {
    server.run(
        database,
        "INSERT INTO ruche_auth.api_key (hash, tenant, name, kind, scopes)"
            + " SELECT encode(sha256(i::text::bytea), 'hex'), 'koff', 'c' || i, 'client', '{ai}'"
            + " FROM generate_series(1, 700) i");

    List<ApiKey> first = list("koff", false);
    List<ApiKey> second = store.list(null, false, first.getLast().id()).await(5, TimeUnit.SECONDS);

    assertEquals(500, first.size());
    assertEquals(200, second.size());
  }

  @Test
  void refusesToDeleteALiveKey() throws Exception {
    created("n8n");

    SQLException refusal =
        assertThrows(
            SQLException.class, () -> server.run(database, "DELETE FROM ruche_auth.api_key"));
    assertTrue(String.valueOf(refusal.getMessage()).contains("key koff.n8n is live"));

    server.run(
        database,
        "UPDATE ruche_auth.api_key SET revoked_at = now(); DELETE FROM ruche_auth.api_key");
  }

  @Test
  void refusesRowsThatNoReaderCouldUse() {
    for (String wrong :
        List.of(
            "limits = '{\"rpm\": \"many\"}'",
            "limits = '{\"rpm\": 0}'",
            "limits = '[]'",
            "limits = '{\"tpd\": 0}'",
            "limits = '{\"concurrent\": \"many\"}'",
            "limits = '{\"nano_usd_per_month\": 1e16}'",
            "scopes = '{root}'",
            "name = 'A'",
            "kind = 'robot'")) {
      assertThrows(
          SQLException.class,
          () -> {
            created("victim-" + Integer.toHexString(wrong.hashCode()));
            server.run(database, "UPDATE ruche_auth.api_key SET " + wrong);
          },
          wrong);
    }
  }

  private long follow(long version, Set<Long> seen) throws Exception {
    Changes changes = store.changesSince(version).await(5, TimeUnit.SECONDS);
    for (Stored row : changes.rows()) {
      seen.add(row.key().id());
    }
    return changes.version();
  }

  private Creation.Created created(String name) throws Exception {
    Creation made = store.create(request(name, null)).await(5, TimeUnit.SECONDS);
    return assertInstanceOf(Creation.Created.class, made);
  }

  private List<ApiKey> list(String tenant, boolean revokedToo) throws Exception {
    return store.list(tenant, revokedToo, 0).await(5, TimeUnit.SECONDS);
  }

  private static KeyRequest request(String name, @Nullable Instant expires) {
    return new KeyRequest("koff", name, ApiKey.Kind.CLIENT, Set.of(Scope.AI), Limits.NONE, expires);
  }

  /** A board that keeps what is posted, or is away. */
  private static final class RecordedBoard implements RevocationBoard {

    private final List<String> posted = new CopyOnWriteArrayList<>();
    private volatile boolean away;

    @Override
    public Future<Void> post(Collection<String> hashes) {
      if (away) {
        return Future.failedFuture("away");
      }
      posted.addAll(hashes);
      return Future.succeededFuture();
    }

    @Override
    public Future<News> readSince(Mark mark) {
      return Future.failedFuture("nobody reads here");
    }
  }

  /** A broker that takes no accounts. */
  private static final class RefusingBroker implements BrokerAccounts {

    @Override
    public Future<Void> provision(ApiKey key, Secret plainKey) {
      return Future.failedFuture("no");
    }

    @Override
    public Future<Void> remove(ApiKey key) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> removeEnded(Function<Set<Long>, Future<List<ApiKey>>> ended) {
      return Future.succeededFuture();
    }
  }
}
