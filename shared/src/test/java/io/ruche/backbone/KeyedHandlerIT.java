package io.ruche.backbone;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.ApiKey;
import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeysConfig;
import io.ruche.auth.RedisRevocations;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.RunningKeys;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
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
  private RunningKeys keys;
  private KeyedHandler handler;

  @BeforeEach
  void open() throws Exception {
    server = PostgresProcess.start();
    redis = RedisProcess.start();
    keys = RunningKeys.open(vertx, server.url("postgres"), redis.url(), BrokerAccounts.NONE);
    handler = handler(keys.ring());
  }

  private KeyedHandler handler(KeyRing ring) {
    return new KeyedHandler(ring, new KeyNames(ring, keys.store()), null, Scope.AI, command -> RAN);
  }

  @AfterEach
  void close() throws Exception {
    keys.close();
    vertx.close().await(10, TimeUnit.SECONDS);
    redis.close();
    server.close();
  }

  private void make(String name, @Nullable Instant expires) throws Exception {
    KeyRequest request =
        new KeyRequest("koff", name, ApiKey.Kind.CLIENT, Set.of(Scope.AI), Limits.NONE, expires);
    keys.store().create(request).await(5, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> keys.ring().find("koff", name).isPresent());
  }

  private void revoke(String name) throws Exception {
    assertTrue(keys.ring().revoke("koff", name).await(5, TimeUnit.SECONDS).isPresent());
    await().atMost(BOUND).until(() -> keys.ring().find("koff", name).isEmpty());
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
    keys.startRing();
    make("n8n", null);
    assertEquals(RAN, handle("n8n"));

    revoke("n8n");

    assertRefused("n8n");
  }

  @Test
  void isRefusedOnceTheKeyHasExpired() throws Exception {
    keys.startRing();
    make("brief", Instant.now().plusSeconds(3));
    assertEquals(RAN, handle("brief"));

    await().atMost(BOUND).until(() -> !handle("brief").equals(RAN));

    assertRefused("brief");
  }

  @Test
  void isRefusedByAProcessThatNeverKnewTheKey() throws Exception {
    keys.startRing();
    make("before", null);
    revoke("before");
    KeyRing other =
        new KeyRing(vertx, keys.store(), new RedisRevocations(keys.hot()), KeysConfig.defaults());
    other.start().await(5, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> other.state().state() == State.UP);
    handler = handler(other);

    assertRefused("before");

    other.stop().await(5, TimeUnit.SECONDS);
  }

  @Test
  void runsForTheKeyThatTookTheName() throws Exception {
    keys.startRing();
    make("n8n", null);
    revoke("n8n");

    make("n8n", null);

    assertEquals(RAN, handle("n8n"));
  }

  @Test
  void runsForAClientOfABrokerWithAccountsOfItsOwn() throws Exception {
    keys.startRing();
    assertEquals(RAN, handle("guest"));

    server.kill();
    await().atMost(BOUND).until(() -> keys.postgres().state().state() == State.DOWN);

    assertEquals(RAN, handle("guest"), "it is known to be nobody's");
    assertInstanceOf(Outcome.Later.class, handle("stranger"));
  }

  @Test
  void countsANameThatBecameAKeysAsAKeys() throws Exception {
    keys.startRing();
    assertEquals(RAN, handle("guest"));
    make("guest", null);
    revoke("guest");

    assertRefused("guest");
  }

  @Test
  void waitsUntilKeysCanBeLookedUp() throws Exception {
    assertInstanceOf(Outcome.Later.class, handle("n8n"));

    keys.startRing();

    assertEquals(RAN, handle("n8n"));
  }
}
