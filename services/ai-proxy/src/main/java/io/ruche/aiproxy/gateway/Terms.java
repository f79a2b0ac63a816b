package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.cache.CachedRoute;
import io.ruche.aiproxy.guard.GuardRules;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.price.PriceList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request is dealt with by: the settings of the moment in which it comes.
 *
 * @param reservedOutput tokens that are reserved for an answer when the request names no most
 * @param caches of the routes that keep answers, by their aliases
 * @param guard what requests are checked against, beside the access of their keys
 */
public record Terms(
    Catalog catalog,
    PriceList prices,
    long reservedOutput,
    Map<String, CachedRoute> caches,
    GuardRules guard) {

  /** The cache of a model's route; null when it keeps nothing. */
  public @Nullable CachedRoute cache(String model) {
    return caches.isEmpty() ? null : caches.get(model);
  }
}
