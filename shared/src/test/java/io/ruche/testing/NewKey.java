package io.ruche.testing;

import static org.awaitility.Awaitility.await;

import io.ruche.auth.ApiKey;
import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyStore;
import io.ruche.auth.RedisRevocations;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.store.RedisLink;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Keys for services in processes of their own. */
public final class NewKey {

  private static final Duration BOUND = Duration.ofSeconds(60);

  private NewKey() {}

  /** The text of the new key {@code koff.load}, in stores that may be empty. */
  public static String in(Vertx vertx, String postgresUrl, String redisUrl, Scope scope)
      throws Exception {
    return in(vertx, postgresUrl, redisUrl, "koff", scope);
  }

  /** The text of the new key {@code load} of a tenant. */
  public static String in(
      Vertx vertx, String postgresUrl, String redisUrl, String tenant, Scope scope)
      throws Exception {
    Postgres postgres =
        new Postgres(
            vertx,
            PostgresUrl.parse(postgresUrl),
            PostgresConfig.defaults(),
            List.of(KeyStore.SCHEMA));
    postgres.start().await(5, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> postgres.state().state() == State.UP);
    RedisRevocations board =
        new RedisRevocations(new RedisLink(vertx, vertx.getOrCreateContext(), "hot", redisUrl));
    KeyRequest request =
        new KeyRequest(tenant, "load", ApiKey.Kind.CLIENT, Set.of(scope), Limits.NONE, null);
    KeyStore.Creation made =
        new KeyStore(postgres, board, BrokerAccounts.NONE)
            .create(request)
            .await(5, TimeUnit.SECONDS);
    postgres.stop().await(5, TimeUnit.SECONDS);
    return switch (made) {
      case KeyStore.Creation.Created created -> created.plain().value();
      case KeyStore.Creation.NameTaken taken -> throw new AssertionError(taken.toString());
    };
  }
}
