package io.ruche.aiproxy.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Outcome;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.upstream.AttemptListener;
import io.ruche.metrics.Span;
import io.ruche.metrics.Tracing;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Measures requests from the moment in which they are let in. Everything that a request touches is
 * made once and found by names that are there already, so that measuring one allocates nothing.
 * Thread-safe.
 */
public final class Telemetry {

  /** Tenants told apart; the rest are one. */
  private static final int MOST_TENANTS = 100;

  private static final Duration[] OVERHEAD = {
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(200_000),
    Duration.ofNanos(300_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofSeconds(1)
  };

  private final MeterRegistry registry;
  private final Tracing tracing;
  private final ModelNames names = new ModelNames();
  private final AttemptMeters attempts;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private final Timer overhead;
  private final Map<UsageSource, Counter> usages = new EnumMap<>(UsageSource.class);
  private final Map<String, TenantMeters> tenants = new ConcurrentHashMap<>();

  /** By operation, provider, model as asked for and model as answered. */
  private final Map<String, Map<String, Map<String, Map<String, ModelMeters>>>> models =
      new ConcurrentHashMap<>();

  /** Registers what is there from the start. */
  public Telemetry(MeterRegistry registry, Tracing tracing) {
    this.registry = registry;
    this.tracing = tracing;
    this.attempts = new AttemptMeters(registry, names);
    this.overhead =
        Timer.builder("ruche_ai_proxy_overhead_seconds")
            .description("Time of a request that was spent here: x-ruche-overhead-ms")
            .serviceLevelObjectives(OVERHEAD)
            .register(registry);
    for (UsageSource source : UsageSource.values()) {
      usages.put(
          source,
          Counter.builder("ruche_ai_proxy_usage_requests_total")
              .description("Requests by who says how many tokens they used")
              .tag("usage", source.word())
              .register(registry));
    }
    Gauge.builder("ruche_ai_proxy_in_flight_requests", inFlight, AtomicInteger::get)
        .description("Requests that were let in and have not ended")
        .register(registry);
    Gauge.builder("ruche_ai_proxy_open_streams", streams, AtomicInteger::get)
        .description("Those of them whose answer is streamed")
        .register(registry);
  }

  /**
   * Takes the names of a configuration's models.
   *
   * @param priced the models that have a price, by provider
   */
  public void use(Catalog catalog, Map<String, ? extends Map<String, ?>> priced) {
    names.use(catalog, priced);
  }

  /** A request was let in; {@link #ended} is told of it, once. */
  public void began(Start start) {
    inFlight.incrementAndGet();
    if (start.stream()) {
      streams.incrementAndGet();
    }
  }

  /** What hears of the attempts of a request that leaves no spans. */
  public AttemptListener attempts() {
    return attempts;
  }

  /**
   * The spans of a request that is about to be sent; null when tracing is off.
   *
   * @param traceparent of what it is part of; null for nothing
   */
  public @Nullable RequestTrace trace(Start start, @Nullable String traceparent) {
    if (!tracing.on()) {
      return null;
    }
    Span span =
        tracing.start(
            start.operation() + " " + names.label(start.model()), Span.Kind.CLIENT, traceparent);
    return new RequestTrace(tracing, span, start, attempts);
  }

  /**
   * A request has ended.
   *
   * @param fault the code of the failure that its client was told; null for none
   * @param firstNanos from the request to the first piece of a stream; 0 when none came
   * @param nanos from the request to its end
   */
  public void ended(Start start, End end, @Nullable String fault, long firstNanos, long nanos) {
    inFlight.decrementAndGet();
    if (start.stream()) {
      streams.decrementAndGet();
    }
    String provider = end.provider() == null ? "" : end.provider();
    String answering = end.upstreamModel() == null ? "" : end.upstreamModel();
    if (end.outcome() == Outcome.OK && !answering.isEmpty()) {
      names.learn(answering);
      names.learn(start.model());
    }
    String known = answering.isEmpty() ? "" : names.label(answering);
    count(usages, end.usage());
    tenant(start.tenant()).ended(start, end, provider, known);
    model(start.operation(), provider, names.label(start.model()), known)
        .ended(end, ErrorType.of(end, fault), firstNanos, nanos);
  }

  private static void count(Map<UsageSource, Counter> counters, UsageSource source) {
    Counter counter = counters.get(source);
    if (counter != null) {
      counter.increment();
    }
  }

  /** How long an answered request was in this process and not at its provider. */
  public void overhead(long nanos) {
    overhead.record(nanos, TimeUnit.NANOSECONDS);
  }

  private TenantMeters tenant(String name) {
    TenantMeters known = tenants.get(name);
    if (known != null) {
      return known;
    }
    String label = tenants.size() < MOST_TENANTS ? name : ModelNames.OTHER;
    return tenants.computeIfAbsent(label, key -> new TenantMeters(registry, key));
  }

  private ModelMeters model(String operation, String provider, String asked, String answering) {
    Map<String, Map<String, Map<String, ModelMeters>>> providers = models.get(operation);
    Map<String, Map<String, ModelMeters>> ofProvider =
        providers == null ? null : providers.get(provider);
    Map<String, ModelMeters> ofAsked = ofProvider == null ? null : ofProvider.get(asked);
    ModelMeters known = ofAsked == null ? null : ofAsked.get(answering);
    return known == null ? register(operation, provider, asked, answering) : known;
  }

  private ModelMeters register(String operation, String provider, String asked, String answering) {
    return models
        .computeIfAbsent(operation, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(provider, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(asked, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(
            answering, key -> new ModelMeters(registry, operation, provider, asked, key));
  }
}
