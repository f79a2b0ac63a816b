package io.ruche.aiproxy.limits;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.limits.LimitsConfig.Tenant;
import io.ruche.aiproxy.limits.LimitsConfig.WhenAway;
import io.ruche.aiproxy.limits.purse.DrawScript;
import io.ruche.aiproxy.limits.purse.Reach;
import io.ruche.auth.ApiKey;
import io.ruche.auth.limits.Limits;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.store.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests to the limits of their key and of its tenant, all or nothing, together with every
 * other process on the same hot Redis. What is needed is reserved before a request and settled
 * after it, so that requests that race overshoot nothing beyond what they reserved too little.
 *
 * <p>This process draws grants ahead, so most requests are decided at once and without a round
 * trip. Thread-safe.
 */
public final class Allowances implements Lifecycle {

  private static final long TICK_MS = 50;
  private static final long LONGEST_STOP_NS = 1_000_000_000L;

  private final Vertx vertx;
  private final ZoneId zone;
  private final Spending spending;
  private final BudgetListener listener;
  private final LimitsMetrics metrics;
  private final DrawScript script;
  private final Reach reach;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Map<String, Desk> desks = new ConcurrentHashMap<>();

  private volatile LimitsConfig config;
  private volatile Map<String, Limits> tenants;
  private volatile Limits otherTenants;
  private long timer = -1;

  /** Limits that are held in {@code hot}, with the machine's clocks. */
  public Allowances(
      Vertx vertx,
      RedisLink hot,
      LimitsConfig config,
      Spending spending,
      BudgetListener listener,
      MeterRegistry registry) {
    this(
        vertx, hot, config, spending, listener, registry, InstantSource.system(), System::nanoTime);
  }

  Allowances(
      Vertx vertx,
      RedisLink hot,
      LimitsConfig config,
      Spending spending,
      BudgetListener listener,
      MeterRegistry registry,
      InstantSource clock,
      LongSupplier nanos) {
    this.vertx = vertx;
    this.config = config;
    this.tenants = tenants(config);
    this.otherTenants = others(config);
    this.zone = ZoneId.of(config.zone());
    this.spending = spending;
    this.listener = listener;
    this.metrics = new LimitsMetrics(registry);
    this.script = new DrawScript(hot, UUID.randomUUID().toString());
    this.reach =
        new Reach(
            config.whenAway() == WhenAway.SHARE
                ? "each process goes on with its part of the limits"
                : "limited requests are refused");
    this.clock = clock;
    this.nanos = nanos;
    metrics.watch(reach::away);
  }

  /** One tenant's account, and what it has to do with the stores. */
  private record Desk(TenantAccount account, Errands errands) {}

  /** Takes other limits of tenants, and another policy; the zone stays as it was at the start. */
  public void use(LimitsConfig changed) {
    config = changed;
    tenants = tenants(changed);
    otherTenants = others(changed);
  }

  private static Map<String, Limits> tenants(LimitsConfig config) {
    Map<String, Limits> limits = new HashMap<>();
    config.tenants().forEach((name, tenant) -> limits.put(name, tenant.limits()));
    return limits;
  }

  private static Limits others(LimitsConfig config) {
    Tenant others = config.defaultTenant();
    return others == null ? Limits.NONE : others.limits();
  }

  @Override
  public Future<Void> start() {
    timer = vertx.setPeriodic(TICK_MS, ignored -> tick());
    return Future.succeededFuture();
  }

  /** Gives back what was drawn and is not used, within a second. */
  @Override
  public Future<Void> stop() {
    vertx.cancelTimer(timer);
    return giveBack(nanos.getAsLong() + LONGEST_STOP_NS);
  }

  private Future<Void> giveBack(long until) {
    boolean done = true;
    for (Desk desk : desks.values()) {
      done &= desk.errands().close();
      desk.errands().go();
    }
    return done || reach.away() || nanos.getAsLong() - until > 0
        ? Future.succeededFuture()
        : vertx.timer(TICK_MS / 5).compose(ignored -> giveBack(until));
  }

  private void tick() {
    for (Desk desk : desks.values()) {
      desk.errands().tick();
    }
  }

  /**
   * Decides at once, where what this process knows is enough; null when {@link #reserve} has to be
   * asked, which then waits for the hot Redis.
   */
  public @Nullable Decision tryReserve(ApiKey key, Need need) {
    Limits ofTenant = tenants.getOrDefault(key.tenant(), otherTenants);
    if (key.limits().none() && ofTenant.none()) {
      return UNLIMITED;
    }
    return desk(key.tenant()).account().decide(key.name(), key.limits(), ofTenant, need);
  }

  /**
   * Reserves what a request needs of every limit of its key and tenant, or of none. Completed
   * already when this process can decide alone, else within two seconds on the caller's context;
   * never fails. A reservation that was granted has to be settled or cancelled.
   */
  public Future<Decision> reserve(ApiKey key, Need need) {
    Limits ofTenant = tenants.getOrDefault(key.tenant(), otherTenants);
    if (key.limits().none() && ofTenant.none()) {
      return Future.succeededFuture(UNLIMITED);
    }
    Desk desk = desk(key.tenant());
    Promise<Decision> later = Promise.promise();
    Decision now = desk.account().decideOrWait(key.name(), key.limits(), ofTenant, need, later);
    if (now != null) {
      return Future.succeededFuture(now);
    }
    Context caller = vertx.getOrCreateContext();
    Promise<Decision> answer = Promise.promise();
    later.future().onSuccess(decision -> caller.runOnContext(ignored -> answer.complete(decision)));
    desk.errands().go();
    return answer.future();
  }

  /** Whether a budget of the key or of its tenant is held. */
  public boolean holdsMoney(ApiKey key) {
    Limits ofTenant = tenants.getOrDefault(key.tenant(), otherTenants);
    return key.limits().holdsMoney() || ofTenant.holdsMoney();
  }

  /** Whether more than requests is limited for the key or its tenant: tokens or money. */
  public boolean holdsUse(ApiKey key) {
    Limits ofTenant = tenants.getOrDefault(key.tenant(), otherTenants);
    return holdsMoney(key) || holdsTokens(key.limits()) || holdsTokens(ofTenant);
  }

  private static boolean holdsTokens(Limits limits) {
    return limits.tpm() != null || limits.tpd() != null;
  }

  private static final Decision UNLIMITED = new Decision.Granted(Reservation.NOTHING, null, null);

  /** Whether limits are held without the hot Redis now. */
  public boolean away() {
    return reach.away();
  }

  private Desk desk(String tenant) {
    Desk desk = desks.get(tenant);
    return desk == null ? desks.computeIfAbsent(tenant, this::open) : desk;
  }

  private Desk open(String tenant) {
    TenantAccount account = new TenantAccount(tenant, clock, zone, nanos, new Present());
    return new Desk(
        account, new Errands(account, script, reach, spending, listener, metrics, nanos));
  }

  private final class Present implements TenantAccount.Surroundings {

    @Override
    public boolean away() {
      return reach.away();
    }

    @Override
    public LimitsConfig config() {
      return config;
    }

    @Override
    public LimitsMetrics metrics() {
      return metrics;
    }
  }
}
