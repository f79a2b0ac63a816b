package io.ruche.bus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the bus counts, named {@code ruche_bus_...}. */
public final class BusMetrics {

  private final MeterRegistry registry;
  private final String service;
  private final Counter stored;
  private final Counter repeated;
  private final Counter dropped;
  private final Counter forwarded;
  private final Map<Refusal.Reason, Counter> refused = new ConcurrentHashMap<>();
  private final Map<String, Timer> handled = new ConcurrentHashMap<>();
  private final Map<String, Counter> received = new ConcurrentHashMap<>();

  public BusMetrics(MeterRegistry registry, String service) {
    this.registry = registry;
    this.service = service;
    stored = counter("ruche.bus.commands.stored", "Commands put on disk and receipted");
    repeated = counter("ruche.bus.commands.repeated", "Repetitions of a known command");
    dropped = counter("ruche.bus.commands.dropped", "QoS 0 commands dropped before the disk");
    forwarded = counter("ruche.bus.events.forwarded", "Events and replies the broker has taken");
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
                Counter.builder("ruche.bus.commands.received")
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
                Counter.builder("ruche.bus.commands.refused")
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
                Timer.builder("ruche.bus.command.handling")
                    .description("Attempts by their outcome")
                    .tag("service", service)
                    .tag("command", command)
                    .tag("outcome", outcome)
                    .publishPercentileHistogram()
                    .register(registry))
        .record(took);
  }

  public MeterRegistry registry() {
    return registry;
  }
}
