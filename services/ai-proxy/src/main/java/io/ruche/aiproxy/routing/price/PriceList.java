package io.ruche.aiproxy.routing.price;

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

  /** By provider and model; the newest first. */
  private final Map<String, Map<String, List<Dated>>> prices = new HashMap<>();

  /** A price and its first day, read once. */
  private record Dated(long fromEpochDay, Price price) {}

  /**
   * @param byProvider prices by provider and by the provider's own name of the model
   */
  public PriceList(Map<String, Map<String, List<Price>>> byProvider) {
    byProvider.forEach(
        (provider, models) -> {
          Map<String, List<Dated>> dated = new HashMap<>();
          models.forEach((model, all) -> dated.put(model, newestFirst(all)));
          prices.put(provider, dated);
        });
  }

  private static List<Dated> newestFirst(List<Price> all) {
    return all.stream()
        .map(price -> new Dated(price.day().toEpochDay(), price))
        .sorted(Comparator.comparingLong(Dated::fromEpochDay).reversed())
        .toList();
  }

  /**
   * What the model costs on a day, UTC, counted from 1970-01-01; null when nobody has said.
   * Ollama's cost nothing unless told.
   */
  public @Nullable Price at(String provider, String model, long epochDay) {
    Map<String, List<Dated>> models = prices.get(provider);
    List<Dated> all = models == null ? null : models.get(model);
    if (all != null) {
      for (Dated dated : all) {
        if (dated.fromEpochDay <= epochDay) {
          return dated.price;
        }
      }
    }
    return provider.equals(UNBILLED) ? FREE : null;
  }
}
