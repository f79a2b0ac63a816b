package io.ruche.aiproxy;

import io.ruche.auth.ApiKey;
import io.ruche.auth.Scope;
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
    return new ApiKey(
        1,
        tenant,
        name,
        ApiKey.Kind.CLIENT,
        Set.of(Scope.AI),
        Limits.NONE,
        Instant.EPOCH,
        null,
        null);
  }

  /** Lets a request pass as {@link KeyHandler} does. */
  static void admit(RoutingContext ctx) {
    ctx.put(KeyHandler.class.getName(), named("koff", "tester"));
    ctx.next();
  }
}
