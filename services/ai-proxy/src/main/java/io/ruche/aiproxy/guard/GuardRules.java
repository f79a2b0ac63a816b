package io.ruche.aiproxy.guard;

import io.ruche.aiproxy.guard.GuardConfig.Redacting;
import io.ruche.auth.ApiKey;
import io.ruche.auth.limits.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The configured guard at one moment; never changes. */
public final class GuardRules {

  /** Nothing is configured. */
  public static final GuardRules NONE = new GuardRules(GuardConfig.NONE);

  private final GuardConfig config;
  private final boolean nothing;
  private final boolean redacts;

  /** The rules of a configuration. */
  public GuardRules(GuardConfig config) {
    this.config = config;
    this.nothing = config.equals(GuardConfig.NONE);
    this.redacts =
        !config.redact().isEmpty()
            || config.routes().values().stream().anyMatch(rule -> !rule.redact().isEmpty())
            || config.tenants().values().stream().anyMatch(GuardRules::redacts);
  }

  private static boolean redacts(GuardConfig.Tenant tenant) {
    return !tenant.redact().isEmpty()
        || tenant.keys().values().stream().anyMatch(rule -> !rule.redact().isEmpty());
  }

  /** Whether a key's requests pass untouched, whatever they are. */
  boolean passes(ApiKey key) {
    return nothing && key.access().any();
  }

  /** Every access that a key's requests are held to. */
  List<Held> held(ApiKey key) {
    List<Held> held = new ArrayList<>(3);
    if (!key.access().any()) {
      held.add(Held.ofKey(key));
    }
    GuardConfig.Tenant tenant = config.tenants().get(key.tenant());
    Access ofTenant = tenant == null ? Access.ANY : tenant.access();
    if (!ofTenant.any()) {
      held.add(Held.ofTenant(key, ofTenant));
    }
    Access ofAll = config.access();
    if (!ofAll.any()) {
      held.add(Held.ofAll(ofAll));
    }
    return held;
  }

  /**
   * Whether requests of this key have to be read before they go on, for what they ask or for what
   * may be redacted in them.
   */
  public boolean reads(ApiKey key) {
    if (!held(key).isEmpty() || !config.redact().isEmpty()) {
      return true;
    }
    GuardConfig.Tenant tenant = config.tenants().get(key.tenant());
    Redacting ofKey = tenant == null ? null : tenant.keys().get(key.name());
    return (tenant != null && !tenant.redact().isEmpty())
        || (ofKey != null && !ofKey.redact().isEmpty())
        || config.routes().values().stream().anyMatch(rule -> !rule.redact().isEmpty());
  }

  /** What is redacted of a request of this key for these models. */
  Redacting redacting(ApiKey key, ModelNames names) {
    if (!redacts) {
      return Redacting.NOTHING;
    }
    Redacting all = config.redacting();
    GuardConfig.Tenant tenant = config.tenants().get(key.tenant());
    if (tenant != null) {
      all =
          all.and(tenant.redacting())
              .and(tenant.keys().getOrDefault(key.name(), Redacting.NOTHING));
    }
    for (Map.Entry<String, Redacting> route : config.routes().entrySet()) {
      if (names.touches(List.of(route.getKey()))) {
        all = all.and(route.getValue());
      }
    }
    return all;
  }
}
