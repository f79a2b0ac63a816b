package io.ruche.aiproxy.limits;

import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What was spent, as the ledger knows it. */
@FunctionalInterface
public interface Spending {

  /**
   * Nano-dollars of the requests that began at {@code from} or later.
   *
   * @param key the key's name; null for the tenant with all its keys
   */
  Future<Long> since(String tenant, @Nullable String key, Instant from);
}
