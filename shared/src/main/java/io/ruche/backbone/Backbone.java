package io.ruche.backbone;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore;
import io.ruche.auth.RateLimiter;
import io.ruche.auth.RedisRevocations;
import io.ruche.auth.Scope;
import io.ruche.auth.web.SessionRoutes;
import io.ruche.auth.web.Sessions;
import io.ruche.bus.Bus;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.http.CommandRoutes;
import io.ruche.bus.wiring.Site;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.config.SecretUri;
import io.ruche.http.HttpApi;
import io.ruche.http.ManagementServer;
import io.ruche.http.openapi.OpenApi;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.lifecycle.LifecycleSequence;
import io.ruche.lifecycle.Readiness;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresUrl;
import io.ruche.store.RedisLink;
import io.ruche.store.S3Address;
import io.ruche.store.S3Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the services of a process share: keys and limits, and a way to make buses and servers. */
public final class Backbone implements Lifecycle {

  private static final Duration START_BOUND = Duration.ofSeconds(30);
  private static final Duration STOP_BOUND = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final BackboneConfig config;
  private final Stores stores;
  private final Path data;
  private final Metrics metrics;
  private final Tracing tracing;
  private final Postgres postgres;
  private final RedisLink hotRedis;
  private final KeyStore keyStore;
  private final KeyRing keyRing;
  private final KeyNames keyNames;
  private final RateLimiter limiter;
  private final LifecycleSequence parts;
  private final Map<String, Readiness> readinesses = new ConcurrentHashMap<>();

  /**
   * The process that it is in.
   *
   * @param name under which metrics and traces tell it
   * @param data the folder of what its services keep on this machine
   * @param services what it runs
   */
  public record Host(String name, Path data, List<Service> services) {

    List<String> schemas() {
      Stream<String> own = services.stream().flatMap(service -> service.schemas().stream());
      return Stream.concat(Stream.of(KeyStore.SCHEMA), own).distinct().toList();
    }
  }

  /**
   * Wires what is shared; nothing is connected yet.
   *
   * @param accounts where accounts on a broker are kept in step with the keys
   */
  public Backbone(
      Vertx vertx, BackboneConfig config, Stores stores, Host host, BrokerAccounts accounts) {
    this.vertx = vertx;
    this.config = config;
    this.stores = stores;
    this.data = host.data();
    metrics = new Metrics(host.name());
    tracing = Tracing.of(config.tracing(), host.name());
    postgres =
        new Postgres(
            vertx,
            PostgresUrl.parse(stores.postgres().value().toString()),
            config.postgres().pool(),
            host.schemas());
    hotRedis =
        new RedisLink(
            vertx, vertx.getOrCreateContext(), "hot", stores.hotRedis().value().toString());
    RedisRevocations revocations = new RedisRevocations(hotRedis);
    keyStore = new KeyStore(postgres, revocations, accounts);
    keyRing = new KeyRing(vertx, keyStore, revocations, config.keys());
    keyNames = new KeyNames(keyRing, keyStore);
    limiter = new RateLimiter(hotRedis);
    FunctionCounter.builder("ruche_auth_alone_requests_total", limiter, RateLimiter::decidedAlone)
        .description("Requests a minute decided without the hot Redis, which was away")
        .register(metrics.registry());
    parts =
        new LifecycleSequence(START_BOUND, STOP_BOUND)
            .then("tracing", tracing)
            .then("hot redis", hotRedis)
            .then("postgres", postgres)
            .then("keys", keyRing)
            .then("broker accounts", new AccountKeeper(vertx, accounts, keyStore, keyRing));
  }

  @Override
  public Future<Void> start() {
    return parts.start();
  }

  @Override
  public Future<Void> stop() {
    return parts.stop().onComplete(stopped -> metrics.close());
  }

  /** A bus for one service, at the shared site and at each tenant's own. */
  public Bus bus(String service) {
    return new StreamBus(
        vertx,
        service,
        sites(),
        config.bus(),
        new BusMetrics(metrics.registry(), service),
        tracing);
  }

  private List<Site> sites() {
    List<Site> sites = new ArrayList<>();
    Map<String, BackboneConfig.Tenant> own = config.tenants();
    own.forEach(
        (name, tenant) ->
            sites.add(
                new Site(
                    name,
                    orShared(tenant.mqtt(), stores.mqtt()),
                    orShared(tenant.redis(), stores.redis()),
                    name,
                    Set.of())));
    sites.add(
        new Site(
            "shared",
            stores.mqtt().value(),
            stores.redis().value(),
            null,
            Set.copyOf(own.keySet())));
    return sites;
  }

  private static URI orShared(@Nullable SecretUri own, SecretUri shared) {
    return own == null ? shared.value() : own.value();
  }

  /** Holds commands to the scopes and limits of the keys that ask for them. */
  public CommandHandler keyed(Scope scope, CommandHandler handler) {
    return new KeyedHandler(keyRing, keyNames, limiter, scope, handler);
  }

  /** As {@link #keyed}, for a service that holds the limits itself. */
  public CommandHandler scoped(Scope scope, CommandHandler handler) {
    return new KeyedHandler(keyRing, keyNames, null, scope, handler);
  }

  /** The bus's HTTP routes for one service. */
  public CommandRoutes commandRoutes(Bus bus, Scope scope) {
    return new CommandRoutes(bus, config.bus(), keyRing, scope);
  }

  /** Sessions of the pages, the same ones for every service: added before an API's routes. */
  public SessionRoutes sessionRoutes(OpenApi contract) {
    return new SessionRoutes(
        new Sessions(hotRedis, config.pages().sessionIdle()), keyRing, contract, config.pages());
  }

  /** An HTTP API on a port of its own, with the bounds that all APIs have. */
  public HttpApi api(String service, HttpApi.Port port, HttpApi.Endpoints endpoints) {
    return new HttpApi(vertx, service, config.http(), port, metrics, tracing, endpoints);
  }

  /** The management server of a service, on the loopback address unless told otherwise. */
  public ManagementServer management(String service, HttpApi.Port port, Readiness readiness) {
    return new ManagementServer(
        vertx, service, config.management().host(), port, readiness, metrics);
  }

  /** Readiness of the stores that every service needs, and of its bus. */
  public Readiness readiness(Bus bus) {
    Readiness readiness = new Readiness();
    readinesses.put(bus.service(), readiness);
    readiness.register("postgres", postgres::state);
    readiness.register("hot-redis", hotRedis::state);
    bus.dependencies().forEach((name, probe) -> readiness.register(name, probe));
    return readiness;
  }

  /** The readiness of each service made so far, by its name. */
  public Map<String, Readiness> readinesses() {
    return Map.copyOf(readinesses);
  }

  /** Where a service registers its metrics. */
  public MeterRegistry registry() {
    return metrics.registry();
  }

  public Vertx vertx() {
    return vertx;
  }

  public BackboneConfig config() {
    return config;
  }

  /** The folder of what services keep on this machine. */
  public Path data() {
    return data;
  }

  public Postgres postgres() {
    return postgres;
  }

  public KeyStore keyStore() {
    return keyStore;
  }

  /** The Redis of limits and caches. */
  public RedisLink hotRedis() {
    return hotRedis;
  }

  /** Where the parts of this process register their meters. */
  public MeterRegistry meters() {
    return metrics.registry();
  }

  /** The S3 store with the objects that commands name, or null where none is configured. */
  public @Nullable S3Store s3() {
    S3Address address = stores.s3();
    return address == null ? null : new S3Store(vertx, address, Clock.systemUTC());
  }

  public KeyRing keyRing() {
    return keyRing;
  }

  /** The metrics of this process. */
  public Metrics metrics() {
    return metrics;
  }

  /** Where the spans of this process go. */
  public Tracing tracing() {
    return tracing;
  }

  public RateLimiter limiter() {
    return limiter;
  }
}
