package io.ruche.aiproxy;

import io.ruche.aiproxy.ModelSettings.TargetSettings;
import io.ruche.aiproxy.cache.CacheConfig;
import io.ruche.aiproxy.cache.CachedRoute;
import io.ruche.aiproxy.cache.semantic.SemanticConfig;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.routing.circuit.CircuitRules;
import io.ruche.aiproxy.routing.retry.AttemptRules;
import io.ruche.config.source.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the catalog of the settings, and finds what does not fit together in them. */
final class CatalogReader {

  private static final int MAX_ALIAS_LENGTH = 256;

  /** As in the name of a variable, with - for _. */
  private static final Pattern PROVIDER = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final Map<String, Route> routes = new LinkedHashMap<>();
  private final List<String> flaws = new ArrayList<>();

  /**
   * The catalog.
   *
   * @throws IllegalArgumentException with everything that does not fit
   */
  static Catalog read(
      GroqSettings groq,
      OllamaSettings ollama,
      Map<String, ProviderSettings> others,
      Map<String, ModelSettings> models,
      @Nullable String defaultProvider,
      AttemptRules attempts,
      CircuitRules circuits) {
    CatalogReader reader = new CatalogReader();
    reader.providers.put(GroqSettings.NAME, groq.provider());
    reader.providers.put(OllamaSettings.NAME, ollama.provider());
    others.forEach(reader::addProvider);
    models.forEach(reader::addRoute);
    Provider usual = reader.defaultProvider(defaultProvider);
    if (!reader.flaws.isEmpty() || usual == null) {
      throw new IllegalArgumentException(String.join("; and ", reader.flaws));
    }
    return new Catalog(reader.providers, reader.routes, usual, attempts, circuits);
  }

  /** The caches of the routes that keep answers. */
  static Map<String, CachedRoute> caches(Map<String, ModelSettings> models, Catalog catalog) {
    Map<String, CachedRoute> caches = new HashMap<>();
    models.forEach(
        (alias, model) -> {
          CacheConfig cache = model.cache();
          if (cache != null) {
            SemanticConfig semantic = cache.semantic();
            Provider embedder = semantic == null ? null : catalog.provider(semantic.provider());
            caches.put(alias, CachedRoute.of(alias, catalog.route(alias), cache, embedder));
          }
        });
    return Map.copyOf(caches);
  }

  private void addProvider(String name, ProviderSettings settings) {
    if (providers.containsKey(name)) {
      flaws.add("providers." + name + " is built in; set it in the section " + name);
    } else if (!PROVIDER.matcher(name).matches()) {
      flaws.add(
          "providers: '"
              + name
              + "' must be of a-z, 0-9 and '-', as in open-router, since "
              + "OPEN_ROUTER_API_KEY is its variable then");
    } else {
      providers.put(name, settings.provider(name));
    }
  }

  private void addRoute(String alias, ModelSettings model) {
    if (alias.isBlank() || alias.length() > MAX_ALIAS_LENGTH) {
      flaws.add("models: an alias must be 1 to " + MAX_ALIAS_LENGTH + " characters");
      return;
    }
    List<List<Target>> tiers = new ArrayList<>();
    for (int i = 0; i < model.targets().size(); i++) {
      List<Target> tier = new ArrayList<>();
      List<TargetSettings> settings = model.targets().get(i);
      for (int j = 0; j < settings.size(); j++) {
        TargetSettings target = settings.get(j);
        Provider provider =
            known("models." + alias + ".targets[" + i + "][" + j + "].provider", target.provider());
        if (provider != null) {
          tier.add(new Target(provider, target.model(), target.weight()));
        }
      }
      tiers.add(tier);
    }
    CacheConfig cache = model.cache();
    if (cache != null && cache.semantic() != null) {
      known("models." + alias + ".cache.semantic.provider", cache.semantic().provider());
    }
    routes.put(alias, new Route(tiers, model.deadlineFallback()));
  }

  /** Groq, unless it has no key and exactly one other provider is there to take its place. */
  private @Nullable Provider defaultProvider(@Nullable String name) {
    if (name != null) {
      return known("default-provider", name);
    }
    List<Provider> configured = providers.values().stream().filter(Provider::configured).toList();
    return configured.size() == 1 ? configured.get(0) : providers.get(GroqSettings.NAME);
  }

  private @Nullable Provider known(String where, String name) {
    Provider provider = providers.get(name);
    if (provider == null) {
      String hint =
          NearestName.of(name, providers.keySet())
              .map(near -> "did you mean " + near + "?")
              .orElseGet(() -> "there are " + String.join(", ", providers.keySet()));
      flaws.add(where + " '" + name + "' is not a provider; " + hint);
    }
    return provider;
  }
}
