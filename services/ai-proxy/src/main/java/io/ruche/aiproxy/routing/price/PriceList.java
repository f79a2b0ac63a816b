package io.ruche.aiproxy.routing.price;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The prices of all models of all providers, each with the day from which it holds. */
public final class PriceList {

  /** Ollama runs on one's own machine. */
  private static final String UNBILLED = "ollama";

  private static final Price FREE = new Price("1970-01-01", 0, null, 0);

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

  /**
   * What the model costs on that day; null when nobody has said. Ollama's cost nothing unless told.
   */
  public @Nullable Price at(String provider, String model, LocalDate day) {
    for (Price price : prices.getOrDefault(provider + "/" + model, List.of())) {
      if (!price.day().isAfter(day)) {
        return price;
      }
    }
    return provider.equals(UNBILLED) ? FREE : null;
  }
}
