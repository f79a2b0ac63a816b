package io.ruche.aiproxy;

import io.ruche.aiproxy.http.page.ProviderState;
import io.ruche.aiproxy.http.page.ProviderState.Circuit;
import io.ruche.aiproxy.http.page.ProviderState.Model;
import io.ruche.aiproxy.http.page.ProviderState.Quota;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.TargetState;
import io.ruche.aiproxy.routing.TargetStates;
import io.ruche.aiproxy.routing.quota.ModelLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What routing knows of the providers, as the page shows it. */
final class ProviderStates {

  private ProviderStates() {}

  static List<ProviderState> now(Catalog catalog, TargetStates states) {
    List<ProviderState> all = new ArrayList<>();
    for (Provider provider : new TreeMap<>(catalog.providers()).values()) {
      List<Model> models = new ArrayList<>();
      new TreeMap<>(states.of(provider))
          .forEach((name, state) -> models.add(model(provider, name, state)));
      all.add(new ProviderState(provider.name(), provider.origin(), provider.configured(), models));
    }
    return all;
  }

  private static Model model(Provider provider, String name, TargetState state) {
    Duration untilProbe = state.circuit().untilProbe();
    Circuit circuit = state.circuit().isOpen() ? Circuit.OPEN : Circuit.CLOSED;
    ModelLimits limits = provider.limits().getOrDefault(name, ModelLimits.NONE);
    List<Quota> quotas = new ArrayList<>();
    add(quotas, "requests", "minute", limits.requestsPerMinute());
    add(quotas, "requests", "day", limits.requestsPerDay());
    add(quotas, "tokens", "minute", limits.tokensPerMinute());
    add(quotas, "tokens", "day", limits.tokensPerDay());
    return new Model(name, circuit, untilProbe, "", state.quota().waitFor(0), quotas);
  }

  private static void add(List<Quota> quotas, String of, String period, @Nullable Long limit) {
    if (limit != null) {
      quotas.add(new Quota(of, period, limit, null));
    }
  }
}
