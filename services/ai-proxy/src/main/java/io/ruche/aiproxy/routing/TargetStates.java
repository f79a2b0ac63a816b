package io.ruche.aiproxy.routing;

import io.ruche.aiproxy.routing.circuit.Circuit;
import io.ruche.aiproxy.routing.circuit.CircuitListener;
import io.ruche.aiproxy.routing.circuit.CircuitRules;
import io.ruche.aiproxy.routing.quota.ModelLimits;
import io.ruche.aiproxy.routing.quota.Quota;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The state of every target that was asked, kept while the configuration of its provider stays as
 * it is. Thread-safe.
 */
public final class TargetStates {

  /** Model names come from clients; past this many at one provider the others share one state. */
  private static final int MOST_MODELS = 1_000;

  private static final String OTHER_MODELS = "(other)";

  private final LongSupplier clock;
  private final CircuitListener listener;
  private final Map<String, OfProvider> providers = new ConcurrentHashMap<>();
  private volatile CircuitRules rules;

  /**
   * Nothing is known yet.
   *
   * @param clock nanoseconds that only go forward
   * @param listener hears of every circuit
   */
  public TargetStates(LongSupplier clock, CircuitRules rules, CircuitListener listener) {
    this.clock = clock;
    this.rules = rules;
    this.listener = listener;
  }

  /** The state of a target; the same one each time. */
  public TargetState of(Target target) {
    Provider provider = target.provider();
    OfProvider known = providers.get(provider.name());
    if (known == null) {
      known = providers.computeIfAbsent(provider.name(), name -> new OfProvider(provider));
    }
    TargetState state = known.models.get(target.model());
    return state == null ? known.add(target.model()) : state;
  }

  /**
   * Goes on with another catalog. What was learnt of a provider whose settings have changed (at
   * another address, with another key) is forgotten; its open circuits count as closed.
   */
  public void use(Catalog catalog) {
    rules = catalog.circuits();
    for (OfProvider old : List.copyOf(providers.values())) {
      Provider now = catalog.provider(old.provider.name());
      if (!old.provider.equals(now)) {
        providers.remove(old.provider.name(), old);
        old.close();
      }
    }
  }

  /** The states of a provider by its models, those that were asked since it is as it is. */
  public Map<String, TargetState> of(Provider provider) {
    OfProvider known = providers.get(provider.name());
    return known == null ? Map.of() : Map.copyOf(known.models);
  }

  /** Nanoseconds now, on the clock of all states. */
  public long now() {
    return clock.getAsLong();
  }

  private final class OfProvider {

    private final Provider provider;
    private final Map<String, TargetState> models = new ConcurrentHashMap<>();

    OfProvider(Provider provider) {
      this.provider = provider;
    }

    TargetState add(String model) {
      String name = models.size() < MOST_MODELS ? model : OTHER_MODELS;
      return models.computeIfAbsent(name, this::fresh);
    }

    void close() {
      models.forEach(
          (model, state) -> {
            if (state.circuit().isOpen()) {
              listener.changed(new CircuitListener.Change(provider.name(), model, false, ""));
            }
          });
    }

    private TargetState fresh(String model) {
      ModelLimits limits = provider.limits().getOrDefault(model, ModelLimits.NONE);
      return new TargetState(
          new Circuit(provider.name(), model, () -> rules, clock, listener),
          new Quota(limits, clock));
    }
  }
}
