package io.ruche.backbone;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.ApiKey;
import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore;
import io.ruche.auth.KeysConfig;
import io.ruche.auth.RedisRevocations;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.store.RedisLink;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a queued command whose key has changed since it asked. */
class KeyedHandlerIT {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Outcome RAN = Outcome.done(Payload.json("{}"));

  private final Vertx vertx = Vertx.vertx();
  private PostgresProcess server;
  private RedisProcess redis;
  private Postgres postgres;
  private RedisLink hot;
  private KeyStore store;
  private KeyRing ring;
  private KeyedHandler handler;

  @BeforeEach
  void open() throws Exception {
    server = PostgresProcess.start();
    redis = RedisProcess.start();
    postgres =
        new Postgres(
            vertx,
            PostgresUrl.parse(server.url("postgres")),
            PostgresConfig.defaults(),
            List.of(KeyStore.SCHEMA));
    hot = new RedisLink(vertx, vertx.getOrCreateContext(), "hot", redis.url());
    RedisRevocations board = new RedisRevocations(hot);
    store = new KeyStore(postgres, board, BrokerAccounts.NONE);
    ring = new KeyRing(vertx, store, board, KeysConfig.defaults());
    handler = new KeyedHandler(ring, new KeyNames(ring, store), null, Scope.AI, command -> RAN);
    postgres.start().await(5, TimeUnit.SECONDS);
    hot.start().await(5, TimeUnit.SECONDS);
  }

  private void startRing() throws Exception {
    await().atMost(BOUND).until(() -> postgres.state().state() == State.UP);
    ring.start().await(5, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> ring.state().state() == State.UP);
  }

  @AfterEach
  void close() throws Exception {
    ring.stop().await(5, TimeUnit.SECONDS);
    hot.stop().await(5, TimeUnit.SECONDS);
    postgres.stop().await(5, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
    redis.close();
    server.close();
  }

  private void make(String name, @Nullable Instant expires) throws Exception {
    KeyRequest request =
        new KeyRequest("koff", name, ApiKey.Kind.CLIENT, Set.of(Scope.AI), Limits.NONE, expires);
    store.create(request).await(5, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> ring.find("koff", name).isPresent());
  }

  private void revoke(String name) throws Exception {
    assertTrue(ring.revoke("koff", name).await(5, TimeUnit.SECONDS).isPresent());
    await().atMost(BOUND).until(() -> ring.find("koff", name).isEmpty());
  }

  private Outcome handle(String client) throws Exception {
    Envelope envelope =
        new Envelope(
            "1",
            "test",
            "chat",
            null,
            "2026-01-01T00:00:00Z",
            "koff",
            client,
            null,
            null,
            null,
            null,
            null,
            null,
            "ruche/koff/cmd/" + client + "/ai-proxy/chat",
            Payload.json("{}"));
    return handler.handle(new Command(envelope, 1));
  }

  private void assertRefused(String client) throws Exception {
    Outcome.Dead dead = assertInstanceOf(Outcome.Dead.class, handle(client));
    assertTrue(
        dead.reason().contains("'" + client + "' was revoked or has expired"), dead.reason());
  }

  @Test
  void runsWhileTheKeyIsLiveAndIsRefusedOnceItIsRevoked() throws Exception {
    startRing();
    make("n8n", null);
    assertEquals(RAN, handle("n8n"));

    revoke("n8n");

    assertRefused("n8n");
  }

  @Test
  void isRefusedOnceTheKeyHasExpired() throws Exception {
    startRing();
    make("brief", Instant.now().plusSeconds(3));
    assertEquals(RAN, handle("brief"));

    await().atMost(BOUND).until(() -> !handle("brief").equals(RAN));

    assertRefused("brief");
  }

  @Test
  void isRefusedByAProcessThatNeverKnewTheKey() throws Exception {
    startRing();
    make("before", null);
    revoke("before");
    KeyRing other = new KeyRing(vertx, store, new RedisRevocations(hot), KeysConfig.defaults());
    other.start().await(5, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> other.state().state() == State.UP);
    handler = new KeyedHandler(other, new KeyNames(other, store), null, Scope.AI, command -> RAN);

    assertRefused("before");

    other.stop().await(5, TimeUnit.SECONDS);
  }

  @Test
  void runsForTheKeyThatTookTheName() throws Exception {
    startRing();
    make("n8n", null);
    revoke("n8n");

    make("n8n", null);

    assertEquals(RAN, handle("n8n"));
  }

  @Test
  void runsForAClientOfABrokerWithAccountsOfItsOwn() throws Exception {
    startRing();
    assertEquals(RAN, handle("guest"));

    server.kill();
    await().atMost(BOUND).until(() -> postgres.state().state() == State.DOWN);

    assertEquals(RAN, handle("guest"), "it is known to be nobody's");
    assertInstanceOf(Outcome.Later.class, handle("stranger"));
  }

  @Test
  void countsANameThatBecameAKeysAsAKeys() throws Exception {
    startRing();
    assertEquals(RAN, handle("guest"));
    make("guest", null);
    revoke("guest");

    assertRefused("guest");
  }

  @Test
  void waitsUntilKeysCanBeLookedUp() throws Exception {
    assertInstanceOf(Outcome.Later.class, handle("n8n"));

    startRing();

    assertEquals(RAN, handle("n8n"));
  }
}
