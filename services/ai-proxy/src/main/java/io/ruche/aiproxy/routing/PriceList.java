package io.ruche.aiproxy.routing;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The prices of all models of all providers, each with the day from which it holds. */
public final class PriceList {

  /** By {@code provider/model}; the newest first. */
  private final Map<String, List<Price>> prices = new HashMap<>();

  /**
   * @param byProvider prices by provider and by the provider's own name of the model
   */
  public PriceList(Map<String, Map<String, List<Price>>> byProvider) {
    byProvider.forEach(
        (provider, models) ->
            models.forEach(
                (model, all) ->
                    prices.put(
                        provider + "/" + model,
                        all.stream()
                            .sorted(Comparator.comparing(Price::day).reversed())
                            .toList())));
  }

  /** What the model costs on that day; null when nobody has said. */
  public @Nullable Price at(String provider, String model, LocalDate day) {
    for (Price price : prices.getOrDefault(provider + "/" + model, List.of())) {
      if (!price.day().isAfter(day)) {
        return price;
      }
    }
    return null;
  }
}
