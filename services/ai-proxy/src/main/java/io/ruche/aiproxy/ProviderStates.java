package io.ruche.aiproxy;

import io.ruche.aiproxy.http.page.ProviderState;
import io.ruche.aiproxy.http.page.ProviderState.Model;
import io.ruche.aiproxy.http.page.ProviderState.Quota;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.TargetState;
import io.ruche.aiproxy.routing.TargetStates;
import io.ruche.aiproxy.routing.circuit.Circuit;
import io.ruche.lifecycle.Dependency;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What routing knows of the providers, as the page and operators see it. */
final class ProviderStates {

  private ProviderStates() {}

  static List<ProviderState> now(Catalog catalog, TargetStates states) {
    Instant now = Instant.now();
    List<ProviderState> all = new ArrayList<>();
    for (Provider provider : new TreeMap<>(catalog.providers()).values()) {
      List<Model> models = new ArrayList<>();
      new TreeMap<>(states.of(provider))
          .forEach((name, state) -> models.add(model(name, state, now)));
      all.add(new ProviderState(provider.name(), provider.origin(), provider.configured(), models));
    }
    return all;
  }

  private static Model model(String name, TargetState state, Instant now) {
    Circuit circuit = state.circuit();
    return new Model(
        name,
        word(circuit),
        circuit.untilProbe(),
        circuit.cause(),
        at(now, circuit.sinceWell()),
        state.quota().waitFor(0),
        state.quota().left().stream()
            .map(one -> new Quota(one.limit().of(), one.limit().period(), one.most(), one.left()))
            .toList());
  }

  private static ProviderState.Circuit word(Circuit circuit) {
    if (circuit.isProbing()) {
      return ProviderState.Circuit.PROBING;
    }
    return circuit.isOpen() ? ProviderState.Circuit.OPEN : ProviderState.Circuit.CLOSED;
  }

  private static @Nullable Instant at(Instant now, @Nullable Duration ago) {
    return ago == null ? null : now.minus(ago).truncatedTo(ChronoUnit.SECONDS);
  }

  /** Those that can be asked, by their names; down when any of their models is. */
  static Map<String, Dependency> health(List<ProviderState> providers) {
    Map<String, Dependency> all = new LinkedHashMap<>();
    for (ProviderState provider : providers) {
      if (provider.configured()) {
        all.put(provider.name(), health(provider));
      }
    }
    return all;
  }

  private static Dependency health(ProviderState provider) {
    for (Model model : provider.models()) {
      if (model.circuit() != ProviderState.Circuit.CLOSED) {
        return Dependency.down(model.model() + ": " + model.cause());
      }
    }
    return Dependency.up();
  }
}
