package io.ruche.aiproxy.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Outcome;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.ledger.entry.Start;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How one tenant's requests ended and what they cost. Thread-safe. */
final class TenantMeters {

  private static final double NANOS = 1e9;

  private final MeterRegistry registry;
  private final String tenant;
  private final Map<String, Map<Source, Map<Outcome, Counter>>> requests =
      new ConcurrentHashMap<>();
  private final Map<String, Map<String, Counter>> costs = new ConcurrentHashMap<>();

  TenantMeters(MeterRegistry registry, String tenant) {
    this.registry = registry;
    this.tenant = tenant;
  }

  /**
   * A request has ended.
   *
   * @param provider empty when none was asked
   * @param model as the provider calls it, or {@code other}
   */
  void ended(Start start, End end, String provider, String model) {
    requests(start, end).increment();
    if (end.nanoDollars() > 0) {
      cost(provider, model).increment(end.nanoDollars() / NANOS);
    }
  }

  private Counter requests(Start start, End end) {
    Map<Source, Map<Outcome, Counter>> sources = requests.get(start.operation());
    Map<Outcome, Counter> outcomes = sources == null ? null : sources.get(start.source());
    Counter known = outcomes == null ? null : outcomes.get(end.outcome());
    return known == null ? register(start, end.outcome()) : known;
  }

  private Counter register(Start start, Outcome outcome) {
    return requests
        .computeIfAbsent(start.operation(), key -> new ConcurrentHashMap<>())
        .computeIfAbsent(start.source(), key -> new ConcurrentHashMap<>())
        .computeIfAbsent(
            outcome,
            key ->
                Counter.builder("ruche_ai_proxy_requests_total")
                    .description("Requests that were let in, by how they ended")
                    .tag("tenant", tenant)
                    .tag("operation", start.operation())
                    .tag("source", start.source().word())
                    .tag("outcome", key.word())
                    .register(registry));
  }

  private Counter cost(String provider, String model) {
    Map<String, Counter> ofProvider = costs.get(provider);
    if (ofProvider == null) {
      ofProvider = costs.computeIfAbsent(provider, key -> new ConcurrentHashMap<>());
    }
    Counter counter = ofProvider.get(model);
    if (counter == null) {
      counter =
          ofProvider.computeIfAbsent(
              model,
              key ->
                  Counter.builder("ruche_ai_proxy_cost_dollars_total")
                      .description("What requests cost by the prices in ai-proxy.yaml")
                      .tag("tenant", tenant)
                      .tag("provider", provider)
                      .tag("model", key)
                      .register(registry));
    }
    return counter;
  }
}
