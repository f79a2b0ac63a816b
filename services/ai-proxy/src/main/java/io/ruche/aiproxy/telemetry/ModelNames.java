package io.ruche.aiproxy.telemetry;

import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which names of models are labels. Clients can name anything as the model, and each would be a
 * series of its own: what is neither in the configuration nor was ever answered well counts as
 * {@code other}. Thread-safe.
 */
final class ModelNames {

  static final String OTHER = "other";

  /** Names that a provider has answered and that the configuration does not have. */
  private static final int MOST_LEARNT = 100;

  private final Set<String> learnt = ConcurrentHashMap.newKeySet();
  private volatile Set<String> configured = Set.of();

  /**
   * Takes the names of a configuration in place of those of the one before.
   *
   * @param priced the models that have a price, by provider
   */
  void use(Catalog catalog, Map<String, ? extends Map<String, ?>> priced) {
    Set<String> names = new HashSet<>(catalog.routes().keySet());
    for (Route route : catalog.routes().values()) {
      for (List<Target> tier : route.tiers()) {
        tier.forEach(target -> add(names, target.provider().name(), target.model()));
      }
    }
    catalog
        .providers()
        .forEach(
            (name, provider) ->
                provider.limits().keySet().forEach(model -> add(names, name, model)));
    priced.forEach(
        (provider, models) -> models.keySet().forEach(model -> add(names, provider, model)));
    configured = names;
  }

  /** As the provider calls it, and as clients may. */
  private static void add(Set<String> names, String provider, String model) {
    names.add(model);
    names.add(provider + "/" + model);
  }

  /** A provider has answered a request for this model well, so that it exists. */
  void learn(String model) {
    if (!configured.contains(model) && learnt.size() < MOST_LEARNT) {
      learnt.add(model);
    }
  }

  /** The name, or {@code other}. */
  String label(String model) {
    return configured.contains(model) || learnt.contains(model) ? model : OTHER;
  }
}
