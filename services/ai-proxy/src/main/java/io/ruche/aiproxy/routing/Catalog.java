package io.ruche.aiproxy.routing;

import io.ruche.aiproxy.routing.circuit.CircuitRules;
import io.ruche.aiproxy.routing.retry.AttemptRules;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The providers and routes at one moment; never changes. A request keeps the one that it began
 * with.
 */
public final class Catalog {

  private final Map<String, Provider> providers;
  private final Map<String, Route> routes;
  private final Provider defaultProvider;
  private final AttemptRules attempts;
  private final CircuitRules circuits;

  /**
   * A catalog.
   *
   * @param providers by their names, those that are not configured included
   * @param routes by the alias that clients name as the model
   * @param defaultProvider where a model goes that is neither an alias nor begins with a provider
   */
  public Catalog(
      Map<String, Provider> providers,
      Map<String, Route> routes,
      Provider defaultProvider,
      AttemptRules attempts,
      CircuitRules circuits) {
    this.providers = Collections.unmodifiableMap(new LinkedHashMap<>(providers));
    this.routes = Collections.unmodifiableMap(new LinkedHashMap<>(routes));
    this.defaultProvider = defaultProvider;
    this.attempts = attempts;
    this.circuits = circuits;
  }

  /**
   * Where requests for a model go: by its alias, to the provider that {@code provider/model} names,
   * or to the default provider under the model's own name.
   */
  public Route route(String model) {
    Route route = routes.get(model);
    if (route != null) {
      return route;
    }
    int slash = model.indexOf('/');
    if (slash > 0 && slash < model.length() - 1) {
      Provider named = providers.get(model.substring(0, slash));
      if (named != null) {
        return Route.to(Target.only(named, model.substring(slash + 1)));
      }
    }
    return Route.to(Target.only(defaultProvider, model));
  }

  /** The provider of that name, or null. */
  public @Nullable Provider provider(String name) {
    return providers.get(name);
  }

  /** Every provider by its name. */
  public Map<String, Provider> providers() {
    return providers;
  }

  /** Every route by its alias. */
  public Map<String, Route> routes() {
    return routes;
  }

  public Provider defaultProvider() {
    return defaultProvider;
  }

  public AttemptRules attempts() {
    return attempts;
  }

  public CircuitRules circuits() {
    return circuits;
  }
}
