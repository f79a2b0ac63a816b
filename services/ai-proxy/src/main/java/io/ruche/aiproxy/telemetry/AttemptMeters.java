package io.ruche.aiproxy.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.routing.retry.Passing;
import io.ruche.aiproxy.upstream.Attempt;
import io.ruche.aiproxy.upstream.AttemptListener;
import io.ruche.aiproxy.upstream.UpstreamFault;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts attempts at providers by how they went, and those that were not the first. */
final class AttemptMeters implements AttemptListener {

  /** What came of an attempt, of those that are no fault. */
  private enum Answer {
    /** 2xx. */
    OK,
    /** 429, or Groq's 498: limits or capacity. */
    LIMITED,
    /** Another 4xx, which asking again does not mend. */
    REFUSED,
    /** 5xx and the like. */
    UNWELL
  }

  private final MeterRegistry registry;
  private final ModelNames names;
  private final Counter retries;
  private final Counter fallbacks;

  /** By provider, model, and {@link Answer} or {@link UpstreamFault}. */
  private final Map<String, Map<String, Map<Enum<?>, Counter>>> results = new ConcurrentHashMap<>();

  AttemptMeters(MeterRegistry registry, ModelNames names) {
    this.registry = registry;
    this.names = names;
    this.retries =
        counter("ruche_ai_proxy_retries_total", "Attempts at a target that had just failed");
    this.fallbacks =
        counter("ruche_ai_proxy_fallbacks_total", "Attempts at another target than the first one");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  @Override
  public void ended(Attempt attempt) {
    counter(attempt).increment();
    if (attempt.again()) {
      retries.increment();
    } else if (attempt.place() > 0) {
      fallbacks.increment();
    }
  }

  private Counter counter(Attempt attempt) {
    String provider = attempt.target().provider().name();
    String model = names.label(attempt.target().model());
    UpstreamFault fault = attempt.fault();
    Enum<?> result = fault == null ? answer(attempt.status()) : fault;
    Map<String, Map<Enum<?>, Counter>> models = results.get(provider);
    Map<Enum<?>, Counter> ofModel = models == null ? null : models.get(model);
    Counter known = ofModel == null ? null : ofModel.get(result);
    return known == null ? register(provider, model, result) : known;
  }

  private static Answer answer(int status) {
    if (status >= 200 && status < 300) {
      return Answer.OK;
    }
    if (status == 429 || status == 498) {
      return Answer.LIMITED;
    }
    return status >= 500 || Passing.isUnwell(status) ? Answer.UNWELL : Answer.REFUSED;
  }

  private Counter register(String provider, String model, Enum<?> result) {
    return results
        .computeIfAbsent(provider, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(model, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(
            result,
            key ->
                Counter.builder("ruche_ai_proxy_attempts_total")
                    .description("Requests that were sent to a provider, by what came of them")
                    .tag("provider", provider)
                    .tag("model", model)
                    .tag("result", key.name().toLowerCase(Locale.ROOT))
                    .register(registry));
  }
}
