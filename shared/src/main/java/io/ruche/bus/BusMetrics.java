package io.ruche.bus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.ruche.bus.envelope.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What the bus counts, named {@code ruche_bus_...}. */
public final class BusMetrics {

  /** From a no-op to a long completion. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5)
  };

  private final MeterRegistry registry;
  private final String service;
  private final Counter stored;
  private final Counter repeated;
  private final Counter dropped;
  private final Counter forwarded;
  private final Map<Refusal.Reason, Counter> refused = new ConcurrentHashMap<>();
  private final Map<String, Timer> handled = new ConcurrentHashMap<>();
  private final Map<String, Counter> received = new ConcurrentHashMap<>();
  private final MultiGauge entries;
  private final MultiGauge lag;
  private final MultiGauge deadLetters;
  private final Map<String, Upkeep> upkeep = new TreeMap<>();

  public BusMetrics(MeterRegistry registry, String service) {
    this.registry = registry;
    this.service = service;
    stored = counter("ruche_bus_stored_commands_total", "Commands put on disk and receipted");
    repeated = counter("ruche_bus_repeated_commands_total", "Repetitions of a known command");
    dropped = counter("ruche_bus_dropped_commands_total", "QoS 0 commands dropped before the disk");
    entries =
        MultiGauge.builder("ruche_bus_stream_entries")
            .description("Entries of a stream, finished ones that are kept included")
            .tag("service", service)
            .register(registry);
    lag =
        MultiGauge.builder("ruche_bus_lag_seconds")
            .description("Age of the oldest entry of a stream that is not finished")
            .tag("service", service)
            .register(registry);
    deadLetters =
        MultiGauge.builder("ruche_bus_dead_letters")
            .description("What could not be handled and waits for somebody to look at it")
            .tag("service", service)
            .register(registry);
    forwarded =
        counter("ruche_bus_forwarded_events_total", "Events and replies the broker has taken");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name)
        .description(description)
        .tag("service", service)
        .register(registry);
  }

  /**
   * A command has come in.
   *
   * @param way {@code mqtt} or {@code http}
   */
  public void received(String way) {
    received
        .computeIfAbsent(
            way,
            key ->
                Counter.builder("ruche_bus_received_commands_total")
                    .description("Commands that came in")
                    .tag("service", service)
                    .tag("way", key)
                    .register(registry))
        .increment();
  }

  public void stored(boolean known) {
    (known ? repeated : stored).increment();
  }

  public void dropped() {
    dropped.increment();
  }

  public void forwarded() {
    forwarded.increment();
  }

  public void refused(Refusal.Reason reason) {
    refused
        .computeIfAbsent(
            reason,
            key ->
                Counter.builder("ruche_bus_refused_commands_total")
                    .description("Commands refused for good")
                    .tag("service", service)
                    .tag("reason", key.code())
                    .register(registry))
        .increment();
  }

  /**
   * An attempt has ended.
   *
   * @param outcome {@code done}, {@code retry}, {@code later}, {@code failed} or {@code expired}
   */
  public void handled(String command, String outcome, Duration took) {
    handled
        .computeIfAbsent(
            command + "/" + outcome,
            key ->
                Timer.builder("ruche_bus_handling_seconds")
                    .description("Attempts by their outcome")
                    .tag("service", service)
                    .tag("command", command)
                    .tag("outcome", outcome)
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry))
        .record(took);
  }

  /**
   * What was last measured of a stream.
   *
   * @param lagSeconds age of its oldest unfinished entry; 0 when all are finished
   */
  public record Depth(String tenant, String stream, long entries, double lagSeconds) {}

  /**
   * What the process that looks after a site's streams has measured.
   *
   * @param deadLetters by tenant
   */
  public record Upkeep(List<Depth> depths, Map<String, Long> deadLetters) {

    /** Of a process that does not look after them. */
    public static final Upkeep NONE = new Upkeep(List.of(), Map.of());
  }

  /** Shows what was measured at one site, beside that of others. */
  public void upkeep(String site, Upkeep measured) {
    // Registering replaces all rows, and each site's event loop comes here.
    synchronized (upkeep) {
      Upkeep former = upkeep.put(site, measured);
      if (measured.equals(former)) {
        return;
      }
      List<MultiGauge.Row<?>> counts = new ArrayList<>();
      List<MultiGauge.Row<?>> lags = new ArrayList<>();
      List<MultiGauge.Row<?>> dead = new ArrayList<>();
      for (Upkeep one : upkeep.values()) {
        for (Depth depth : one.depths()) {
          counts.add(MultiGauge.Row.of(tags(depth), depth.entries()));
          lags.add(MultiGauge.Row.of(tags(depth), depth.lagSeconds()));
        }
        one.deadLetters()
            .forEach(
                (tenant, count) -> dead.add(MultiGauge.Row.of(Tags.of("tenant", tenant), count)));
      }
      entries.register(counts, true);
      lag.register(lags, true);
      deadLetters.register(dead, true);
    }
  }

  private static Tags tags(Depth depth) {
    return Tags.of("tenant", depth.tenant(), "stream", depth.stream());
  }
}
