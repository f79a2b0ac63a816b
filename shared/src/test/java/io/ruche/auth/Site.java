package io.ruche.auth;

import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.store.RedisLink;
import io.ruche.testing.Gate;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What one process has of keys, with a network of its own to each of the two stores.
 *
 * @param ended the keys whose end the ring has told
 */
record Site(
    Vertx vertx,
    Gate toPostgres,
    Gate toRedis,
    Postgres postgres,
    RedisLink hot,
    KeyStore store,
    KeyRing ring,
    List<ApiKey> ended)
    implements AutoCloseable {

  static Site start(PostgresProcess server, String database, RedisProcess redis, Duration grace)
      throws Exception {
    return start(Gate.openTo(server.port()), database, Gate.openTo(redis.port()), grace);
  }

  static Site start(Gate toPostgres, String database, Gate toRedis, Duration grace)
      throws Exception {
    Vertx vertx = Vertx.vertx();
    String url = "postgresql://postgres@127.0.0.1:" + toPostgres.port() + "/" + database;
    Postgres postgres =
        new Postgres(
            vertx, PostgresUrl.parse(url), PostgresConfig.defaults(), List.of(KeyStore.SCHEMA));
    RedisLink hot =
        new RedisLink(
            vertx, vertx.getOrCreateContext(), "hot", "redis://127.0.0.1:" + toRedis.port());
    RevocationBoard board = new RedisRevocations(hot);
    KeyStore store = new KeyStore(postgres, board, BrokerAccounts.NONE);
    KeysConfig config = new KeysConfig(grace, Duration.ofMillis(400), Duration.ofSeconds(60));
    KeyRing ring = new KeyRing(vertx, store, board, config);
    List<ApiKey> ended = new CopyOnWriteArrayList<>();
    ring.onRevoked(ended::add);
    postgres.start().await(1, TimeUnit.SECONDS);
    hot.start().await(1, TimeUnit.SECONDS);
    ring.start().await(1, TimeUnit.SECONDS);
    return new Site(vertx, toPostgres, toRedis, postgres, hot, store, ring, ended);
  }

  @Override
  public void close() throws IOException, TimeoutException {
    ring.stop().await(5, TimeUnit.SECONDS);
    hot.stop().await(5, TimeUnit.SECONDS);
    postgres.stop().await(5, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
    toPostgres.close();
    toRedis.close();
  }
}
