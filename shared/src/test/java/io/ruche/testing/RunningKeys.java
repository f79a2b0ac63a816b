package io.ruche.testing;

import static org.awaitility.Awaitility.await;

import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore;
import io.ruche.auth.KeysConfig;
import io.ruche.auth.RedisRevocations;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.store.RedisLink;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The keys as one process has them, from real stores. */
public record RunningKeys(
    Vertx vertx, Postgres postgres, RedisLink hot, KeyStore store, KeyRing ring)
    implements AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(20);

  /**
   * Keys of these stores, and the ring not started.
   *
   * @param postgresUrl of a database for them alone
   */
  public static RunningKeys open(
      Vertx vertx, String postgresUrl, String redisUrl, BrokerAccounts accounts)
      throws TimeoutException {
    Postgres postgres =
        new Postgres(
            vertx,
            PostgresUrl.parse(postgresUrl),
            PostgresConfig.defaults(),
            List.of(KeyStore.SCHEMA));
    RedisLink hot = new RedisLink(vertx, vertx.getOrCreateContext(), "hot", redisUrl);
    RedisRevocations board = new RedisRevocations(hot);
    KeyStore store = new KeyStore(postgres, board, accounts);
    KeyRing ring = new KeyRing(vertx, store, board, KeysConfig.defaults());
    postgres.start().await(5, TimeUnit.SECONDS);
    hot.start().await(5, TimeUnit.SECONDS);
    return new RunningKeys(vertx, postgres, hot, store, ring);
  }

  /** The same without a broker that has accounts, and ready. */
  public static RunningKeys start(Vertx vertx, String postgresUrl, String redisUrl)
      throws TimeoutException {
    return open(vertx, postgresUrl, redisUrl, BrokerAccounts.NONE).startRing();
  }

  /** Waits for the stores and for the ring, which it starts. */
  public RunningKeys startRing() throws TimeoutException {
    await().atMost(BOUND).until(() -> isUp(postgres.state().state()) && isUp(hot.state().state()));
    ring.start().await(5, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> isUp(ring.state().state()));
    return this;
  }

  private static boolean isUp(Dependency.State state) {
    return state == Dependency.State.UP;
  }

  /** Stops them, and leaves Vert.x and the stores to their owner. */
  @Override
  public void close() throws TimeoutException {
    ring.stop().await(5, TimeUnit.SECONDS);
    hot.stop().await(5, TimeUnit.SECONDS);
    postgres.stop().await(5, TimeUnit.SECONDS);
  }
}
