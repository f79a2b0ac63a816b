package io.ruche.embedservice.engine.schedule;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.WorkMeter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/** What the scheduler counts, named {@code ruche_embed_engine_...}, by lane. */
final class SchedulerMetrics {

  /** The meters of one lane. */
  private record OfLane(Counter refused, Counter abandoned, Timer waited) {}

  private final MeterRegistry registry;
  private final WorkMeter work;
  private final Map<Lane, OfLane> lanes = new EnumMap<>(Lane.class);
  private final List<Meter> gauges = new ArrayList<>();

  SchedulerMetrics(
      MeterRegistry registry, ToDoubleFunction<Lane> waitingTokens, DoubleSupplier pace) {
    this.registry = registry;
    this.work = new WorkMeter(registry);
    for (Lane lane : Lane.values()) {
      lanes.put(
          lane,
          new OfLane(
              requests(lane, "refused"),
              requests(lane, "abandoned"),
              Timer.builder("ruche_embed_engine_wait_seconds")
                  .description("Until the first text of a request is begun")
                  .tag("lane", word(lane))
                  .publishPercentileHistogram()
                  .register(registry)));
      gauges.add(
          Gauge.builder(
                  "ruche_embed_engine_waiting_tokens", () -> waitingTokens.applyAsDouble(lane))
              .description("Tokens of texts that are not begun, about")
              .tag("lane", word(lane))
              .register(registry));
    }
    gauges.add(
        Gauge.builder("ruche_embed_engine_pace_tokens", pace::getAsDouble)
            .description("Tokens a second that all cores do, as measured lately")
            .register(registry));
  }

  private Counter requests(Lane lane, String result) {
    return Counter.builder("ruche_embed_engine_dropped_requests_total")
        .description("Requests that were refused because too many tokens wait, or abandoned")
        .tag("lane", word(lane))
        .tag("result", result)
        .register(registry);
  }

  private static String word(Lane lane) {
    return lane.name().toLowerCase(Locale.ROOT);
  }

  private OfLane of(Lane lane) {
    OfLane meters = lanes.get(lane);
    if (meters == null) {
      throw new IllegalStateException("no meters of " + lane);
    }
    return meters;
  }

  void done(Lane lane, int tokens) {
    work.done(lane, tokens);
  }

  void failed(Lane lane) {
    work.failed(lane, 1);
  }

  void refused(Lane lane) {
    of(lane).refused.increment();
  }

  void abandoned(Lane lane) {
    of(lane).abandoned.increment();
  }

  void waited(Lane lane, long nanos) {
    of(lane).waited.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Takes the gauges out, which would hold on to the scheduler. */
  void close() {
    gauges.forEach(registry::remove);
  }
}
