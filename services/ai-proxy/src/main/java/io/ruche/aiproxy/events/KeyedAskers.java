package io.ruche.aiproxy.events;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyRing;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import java.time.Instant;
import java.util.Set;

/** Askers as the key ring knows them. */
public final class KeyedAskers implements Askers {

  private final KeyRing keys;

  public KeyedAskers(KeyRing keys) {
    this.keys = keys;
  }

  @Override
  public ApiKey of(String tenant, String client) {
    return keys.find(tenant, client).orElseGet(() -> unknown(tenant, client));
  }

  private static ApiKey unknown(String tenant, String client) {
    return new ApiKey(
        0,
        tenant,
        client,
        ApiKey.Kind.CLIENT,
        Set.of(Scope.AI),
        Limits.NONE,
        Instant.EPOCH,
        null,
        null);
  }
}
