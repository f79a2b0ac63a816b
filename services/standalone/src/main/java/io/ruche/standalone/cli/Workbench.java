package io.ruche.standalone.cli;

import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore;
import io.ruche.auth.KeysConfig;
import io.ruche.auth.RedisRevocations;
import io.ruche.backbone.BackboneConfig;
import io.ruche.backbone.EventLoops;
import io.ruche.backbone.Stores;
import io.ruche.backbone.TenantAccounts;
import io.ruche.config.Config;
import io.ruche.config.SecretUri;
import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.standalone.Settings;
import io.ruche.standalone.StandaloneConfig;
import io.ruche.standalone.stores.EmbeddedStores;
import io.ruche.standalone.stores.StoreUrls;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The stores of a Ruche, opened as far as one command needs them. */
final class Workbench implements AutoCloseable {

  private static final long BOUND_S = 10;
  private static final long LOOK_MS = 20;

  private final Vertx vertx = EventLoops.start();
  private final Path data;
  private final Stores stores;
  private final BackboneConfig config;

  /** What is open, the last one first. */
  private final Deque<Lifecycle> parts = new ArrayDeque<>();

  private Workbench(Path data, Stores stores, BackboneConfig config) {
    this.data = data;
    this.stores = stores;
    this.config = config;
  }

  /**
   * Finds the stores: those that are configured if all of them are, otherwise those of the Ruche
   * that runs on a data folder.
   *
   * @param folder the data folder, or null for the configured one
   * @throws CliFailure when no Ruche runs there
   */
  static Workbench open(@Nullable Path folder) {
    Config config = Settings.load();
    Path data = folder == null ? config.get(StandaloneConfig.class).data() : folder;
    BackboneConfig common = config.get(BackboneConfig.class);
    Stores stores =
        Settings.areElsewhere(common) ? Stores.of(common) : stores(common, running(data));
    return new Workbench(data, stores, common);
  }

  private static StoreUrls running(Path data) {
    return EmbeddedStores.running(data)
        .orElseThrow(
            () ->
                new CliFailure(
                    "No Ruche runs on "
                        + data.toAbsolutePath().normalize()
                        + ". Start one with './ruche up', or name its folder with --data."));
  }

  private static Stores stores(BackboneConfig common, StoreUrls running) {
    StoreUrls urls = Settings.given(common, running);
    return new Stores(
        new SecretUri(urls.mqtt()),
        new SecretUri(urls.redis()),
        new SecretUri(urls.hotRedis()),
        new SecretUri(urls.postgres()),
        null);
  }

  Vertx vertx() {
    return vertx;
  }

  Path data() {
    return data;
  }

  URI broker() {
    return stores.mqtt().value();
  }

  /** The bus's Redis, connected. */
  RedisLink bus() throws TimeoutException {
    return connected("bus", stores.redis().value());
  }

  private RedisLink connected(String name, URI url) throws TimeoutException {
    RedisLink link = new RedisLink(vertx, vertx.getOrCreateContext(), name, url.toString());
    parts.push(link);
    await(link.start());
    await(link.connected());
    return link;
  }

  /** The keys, with PostgreSQL there. */
  Keys keys() throws TimeoutException {
    Postgres postgres =
        new Postgres(
            vertx,
            PostgresUrl.parse(stores.postgres().value().toString()),
            PostgresConfig.defaults(),
            List.of(KeyStore.SCHEMA));
    RedisRevocations board = new RedisRevocations(connected("hot", stores.hotRedis().value()));
    BrokerAccounts accounts = TenantAccounts.of(vertx, config, stores.mqtt());
    KeyStore store = new KeyStore(postgres, board, accounts);
    KeyRing ring = new KeyRing(vertx, store, board, KeysConfig.defaults());
    parts.push(postgres);
    await(postgres.start());
    parts.push(ring);
    await(ring.start());
    awaitUp(postgres::state);
    awaitUp(ring::state);
    return new Keys(store, ring);
  }

  /** Where keys are kept, and what is known of them now. */
  record Keys(KeyStore store, KeyRing ring) {}

  private void awaitUp(Supplier<Dependency> state) throws TimeoutException {
    await(untilUp(state));
  }

  private Future<Void> untilUp(Supplier<Dependency> state) {
    return state.get().state() == Dependency.State.UP
        ? Future.succeededFuture()
        : vertx.timer(LOOK_MS).compose(ignored -> untilUp(state));
  }

  /** Waits for an answer of a store. */
  static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(BOUND_S, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    Future<?> stopped = Future.succeededFuture();
    for (Lifecycle part : parts) {
      stopped = stopped.compose(ignored -> part.stop());
    }
    stopped
        .compose(ignored -> vertx.close())
        .onFailure(failure -> System.err.println("not closed cleanly: " + failure.getMessage()));
  }
}
