package io.ruche.aiproxy.cache;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What the cache counts, named {@code ruche_ai_cache_...}, by route. */
final class CacheMetrics {

  private final MeterRegistry registry;

  CacheMetrics(MeterRegistry registry, Flights flights) {
    this.registry = registry;
    Gauge.builder("ruche_ai_cache_waiting_requests", flights, Flights::waiting)
        .description("Requests that wait for the answer to another one that is the same")
        .register(registry);
  }

  /**
   * A request was looked up.
   *
   * @param result {@code hit}, {@code shared} (waited for another one's answer), {@code
   *     hit_semantic}, {@code miss} or {@code bypass}
   */
  void request(String route, String result) {
    registry.counter("ruche_ai_cache_requests_total", "route", route, "result", result).increment();
  }

  /**
   * An answer has ended.
   *
   * @param result {@code kept}, {@code too_large}, {@code incomplete}, {@code refused} or {@code
   *     failed}
   */
  void answer(String route, String result) {
    registry.counter("ruche_ai_cache_answers_total", "route", route, "result", result).increment();
  }

  /**
   * An embedding was asked for.
   *
   * @param result {@code ok}, {@code failed}, {@code refused} (the limits of who asks have no room
   *     for it) or {@code skipped} (its provider has just failed)
   */
  void embedding(String route, String result) {
    registry
        .counter("ruche_ai_cache_embeddings_total", "route", route, "result", result)
        .increment();
  }
}
