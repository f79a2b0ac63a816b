package io.ruche.aiproxy;

import io.ruche.auth.ApiKey;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Access;
import io.ruche.auth.limits.Limits;
import io.ruche.auth.web.KeyHandler;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Set;

/** Keys that nobody has to present. */
public final class TestKeys {

  private TestKeys() {}

  /** A key without limits. */
  public static ApiKey named(String tenant, String name) {
    return limited(tenant, name, Limits.NONE);
  }

  /** A key with limits. */
  public static ApiKey limited(String tenant, String name, Limits limits) {
    return new ApiKey(
        1, tenant, name, ApiKey.Kind.CLIENT, Set.of(Scope.AI), limits, Instant.EPOCH, null, null);
  }

  /** A key that may not ask for everything. */
  public static ApiKey reaching(String tenant, String name, Access access) {
    return new ApiKey(
        1,
        tenant,
        name,
        ApiKey.Kind.CLIENT,
        Set.of(Scope.AI),
        Limits.NONE,
        access,
        Instant.EPOCH,
        null,
        null);
  }

  /** Lets a request pass as {@link KeyHandler} does. */
  static void admit(RoutingContext ctx) {
    admit(ctx, named("koff", "tester"));
  }

  /** As {@link KeyHandler} does for a request with this key. */
  public static void admit(RoutingContext ctx, ApiKey key) {
    ctx.put(KeyHandler.class.getName(), key);
    ctx.next();
  }
}
