package io.ruche.backbone;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyStore;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.bus.mqtt.MosquittoAccounts;
import io.ruche.testing.NeedsMosquitto;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.RunningKeys;
import io.ruche.testing.SecuredMosquitto;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NeedsMosquitto(withPlugin = true)
class AccountKeeperIT {

  private static Vertx vertx;
  private static PostgresProcess postgresProcess;
  private static RedisProcess redisProcess;
  private static SecuredMosquitto broker;
  private static KeyStore store;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    postgresProcess = PostgresProcess.start();
    redisProcess = RedisProcess.start();
    broker = SecuredMosquitto.start();
    MosquittoAccounts accounts = new MosquittoAccounts(vertx, broker.adminUrl());
    String url = postgresProcess.url(postgresProcess.newDatabase());
    RunningKeys keys = RunningKeys.open(vertx, url, redisProcess.url(), accounts).startRing();
    store = keys.store();
    new AccountKeeper(vertx, accounts, store, keys.ring()).start().await(1, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
    broker.close();
    redisProcess.close();
    postgresProcess.close();
  }

  @Test
  void removesTheAccountOfAKeyThatExpires() throws Exception {
    made("expiring", Instant.now().plusSeconds(2));
    assertTrue(users().contains("azoth.expiring"));
    await().atMost(Duration.ofSeconds(15)).until(() -> !users().contains("azoth.expiring"));
  }

  @Test
  void removesTheAccountOfAKeyThatEndedWhileTheBrokerWasAway() throws Exception {
    made("unreachable", null);
    broker.kill();
    store.revoke("azoth", "unreachable").await(10, TimeUnit.SECONDS);
    broker.launch();
    // At once when this process had heard of the key, or else when it next compares accounts.
    await().atMost(Duration.ofSeconds(90)).until(() -> !users().contains("azoth.unreachable"));
  }

  @Test
  void makesNoKeyWhileTheBrokerIsAway() throws Exception {
    broker.kill();
    try {
      assertThrows(IllegalStateException.class, () -> made("impossible", null));
    } finally {
      broker.launch();
    }
    List<ApiKey> live = store.list("azoth", false, 0).await(5, TimeUnit.SECONDS);
    assertFalse(live.stream().map(ApiKey::name).toList().contains("impossible"));
  }

  private static void made(String name, @Nullable Instant expiresAt) throws Exception {
    store
        .create(
            new KeyRequest(
                "azoth", name, ApiKey.Kind.CLIENT, Set.of(Scope.AI), Limits.NONE, expiresAt))
        .await(10, TimeUnit.SECONDS);
  }

  private static List<String> users() throws Exception {
    return broker.accounts().getJsonArray("clients").stream()
        .map(client -> ((JsonObject) client).getString("username"))
        .toList();
  }
}
