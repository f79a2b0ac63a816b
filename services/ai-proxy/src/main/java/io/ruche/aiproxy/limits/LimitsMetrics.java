package io.ruche.aiproxy.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;

/** What limits count, named {@code ruche_ai_proxy_limits_...}. */
final class LimitsMetrics {

  private final MeterRegistry registry;
  private final Counter alone;
  private final Counter calls;
  private final Counter unavailable;

  LimitsMetrics(MeterRegistry registry) {
    this.registry = registry;
    alone =
        counter(
            "ruche_ai_proxy_limits_alone_requests_total",
            "Requests decided without the hot Redis, which was away");
    unavailable =
        counter(
            "ruche_ai_proxy_limits_unavailable_requests_total",
            "Requests that were answered 503, because nobody could tell their limits");
    calls = counter("ruche_ai_proxy_limits_redis_calls_total", "Calls to the hot Redis for limits");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void watch(BooleanSupplier away) {
    Gauge.builder("ruche_ai_proxy_limits_away_stores", () -> away.getAsBoolean() ? 1 : 0)
        .description("1 while the hot Redis is away and limits are held without it")
        .register(registry);
  }

  /** A request was decided while the hot Redis was away. */
  void alone() {
    alone.increment();
  }

  /** Redis is asked. */
  void call() {
    calls.increment();
  }

  double calls() {
    return calls.count();
  }

  double decidedAlone() {
    return alone.count();
  }

  /** A request was refused. */
  void refused(Owner owner, Measure measure) {
    registry
        .counter(
            "ruche_ai_proxy_limits_refused_requests_total",
            "limit",
            measure.word(),
            "owner",
            owner.kind())
        .increment();
  }

  /** A request could not be decided. */
  void unavailable() {
    unavailable.increment();
  }
}
