package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.limits.Need;
import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.routing.price.Price;
import io.ruche.aiproxy.routing.price.PriceList;
import io.ruche.aiproxy.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one request may cost on its route, and what it has cost in the end. */
final class Tariff {

  private final PriceList prices;
  private final Route route;
  private final long epochDay;

  Tariff(PriceList prices, Route route, long epochDay) {
    this.prices = prices;
    this.route = route;
    this.epochDay = epochDay;
  }

  /** A target that has no price, or null: a budget cannot be held to what nobody knows. */
  @Nullable Target unpriced() {
    for (List<Target> tier : route.tiers()) {
      for (Target target : tier) {
        if (price(target) == null) {
          return target;
        }
      }
    }
    return null;
  }

  /** The most that so much may cost, whichever target answers. */
  Need need(Usage most) {
    long dearest = 0;
    for (List<Target> tier : route.tiers()) {
      for (Target target : tier) {
        dearest = Math.max(dearest, cost(target, most));
      }
    }
    return new Need(most.limited(), dearest);
  }

  /** Nano-dollars; 0 where no price is known. */
  long cost(@Nullable Target target, Usage usage) {
    Price price = target == null ? null : price(target);
    return price == null
        ? 0
        : price.cost(usage.input(), usage.cachedInput(), usage.output())
            + price.mediaCost(usage.audioMillis(), usage.characters());
  }

  private @Nullable Price price(Target target) {
    return prices.at(target.provider().name(), target.model(), epochDay);
  }
}
