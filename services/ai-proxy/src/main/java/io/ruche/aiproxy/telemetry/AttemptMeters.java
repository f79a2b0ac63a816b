package io.ruche.aiproxy.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.routing.Passing;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.upstream.Attempt;
import io.ruche.aiproxy.upstream.AttemptListener;
import io.ruche.aiproxy.upstream.UpstreamFault;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

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

  private static final int ANSWERS = Answer.values().length;
  private static final int RESULTS = ANSWERS + UpstreamFault.values().length;

  private final MeterRegistry registry;
  private final ModelNames names;
  private final Counter retries;
  private final Counter fallbacks;
  private final Map<String, Map<String, AtomicReferenceArray<Counter>>> results =
      new ConcurrentHashMap<>();

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
    Target target = attempt.target();
    String model = names.label(target.model());
    AtomicReferenceArray<Counter> slots = slots(target.provider().name(), model);
    UpstreamFault fault = attempt.fault();
    int slot = fault == null ? answer(attempt.status()).ordinal() : ANSWERS + fault.ordinal();
    Counter counter = slots.get(slot);
    if (counter == null) {
      counter = register(target.provider().name(), model, word(slot));
      slots.set(slot, counter);
    }
    return counter;
  }

  private AtomicReferenceArray<Counter> slots(String provider, String model) {
    Map<String, AtomicReferenceArray<Counter>> models = results.get(provider);
    if (models == null) {
      models = results.computeIfAbsent(provider, key -> new ConcurrentHashMap<>());
    }
    AtomicReferenceArray<Counter> slots = models.get(model);
    return slots == null
        ? models.computeIfAbsent(model, key -> new AtomicReferenceArray<>(RESULTS))
        : slots;
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

  private static String word(int slot) {
    Enum<?> result =
        slot < ANSWERS ? Answer.values()[slot] : UpstreamFault.values()[slot - ANSWERS];
    return result.name().toLowerCase(Locale.ROOT);
  }

  private Counter register(String provider, String model, String result) {
    return Counter.builder("ruche_ai_proxy_attempts_total")
        .description("Requests that were sent to a provider, by what came of them")
        .tag("provider", provider)
        .tag("model", model)
        .tag("result", result)
        .register(registry);
  }
}
