package io.ruche.backbone;

import io.ruche.auth.ApiKey;
import io.ruche.auth.BrokerAccounts;
import io.ruche.backbone.BackboneConfig.Accounts;
import io.ruche.bus.mqtt.MosquittoAccounts;
import io.ruche.config.Secret;
import io.ruche.config.SecretUri;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The accounts of each tenant, at the broker that is its own or at the shared one. */
public final class TenantAccounts implements BrokerAccounts {

  private final BrokerAccounts shared;
  private final Map<String, BrokerAccounts> own;

  private TenantAccounts(BrokerAccounts shared, Map<String, BrokerAccounts> own) {
    this.shared = shared;
    this.own = own;
  }

  /**
   * The accounts as they are configured.
   *
   * @param mqtt the shared broker
   * @throws IllegalArgumentException when an address has no account
   */
  public static BrokerAccounts of(Vertx vertx, BackboneConfig config, SecretUri mqtt) {
    BrokerAccounts shared = at(vertx, config.mqtt().accounts(), mqtt);
    Map<String, BrokerAccounts> own = new HashMap<>();
    config
        .tenants()
        .forEach(
            (name, tenant) -> {
              SecretUri broker = tenant.mqtt();
              if (broker != null) {
                own.put(name, at(vertx, tenant.accounts(), broker));
              }
            });
    return own.isEmpty() ? shared : new TenantAccounts(shared, own);
  }

  private static BrokerAccounts at(Vertx vertx, Accounts kind, SecretUri broker) {
    return switch (kind) {
      case NONE -> BrokerAccounts.NONE;
      case MOSQUITTO -> new MosquittoAccounts(vertx, broker.value());
    };
  }

  @Override
  public Future<Void> provision(ApiKey key, Secret plainKey) {
    return of(key).provision(key, plainKey);
  }

  @Override
  public Future<Void> remove(ApiKey key) {
    return of(key).remove(key);
  }

  /** At each broker, whatever becomes of the others. */
  @Override
  public Future<Void> removeEnded(Function<Set<Long>, Future<List<ApiKey>>> ended) {
    List<Future<Void>> removals = new ArrayList<>();
    removals.add(shared.removeEnded(ended));
    own.values().forEach(accounts -> removals.add(accounts.removeEnded(ended)));
    return Future.join(removals).mapEmpty();
  }

  private BrokerAccounts of(ApiKey key) {
    return own.getOrDefault(key.tenant(), shared);
  }
}
