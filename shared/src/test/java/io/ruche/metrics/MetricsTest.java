package io.ruche.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {

  private final Metrics metrics = new Metrics("test");

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void namesAMetricInPrometheusAsInTheCode() {
    Counter.builder("ruche_bus_commands_total")
        .tag("command", "chat")
        .register(metrics.registry())
        .increment();
    Timer.builder("ruche_bus_append_seconds").register(metrics.registry());
    Gauge.builder("ruche_bus_lag_entries", () -> 3).register(metrics.registry());

    String scrape = metrics.scrape();
    assertTrue(
        scrape.contains("ruche_bus_commands_total{command=\"chat\",service=\"test\"} 1.0"), scrape);
    assertTrue(scrape.contains("ruche_bus_append_seconds_count{service=\"test\"} 0"), scrape);
    assertTrue(scrape.contains("ruche_bus_lag_entries{service=\"test\"} 3.0"), scrape);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "commands_total",
        "ruche_commands",
        "ruche.bus.commands.total",
        "ruche_Bus_commands_total",
        "ruche_bus_commands",
        "ruche_bus_wait_ms_total",
        "ruche_bus_commands_count_total"
      })
  void refusesACounterThatBreaksTheNamingRule(String name) {
    assertThrows(
        IllegalArgumentException.class, () -> Counter.builder(name).register(metrics.registry()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ruche_bus_append", "ruche_bus_append_ms", "ruche_bus_append_seconds_total"})
  void refusesATimerThatBreaksTheNamingRule(String name) {
    assertThrows(
        IllegalArgumentException.class, () -> Timer.builder(name).register(metrics.registry()));
  }

  @Test
  void countsTenantsPastTheCapTogether() {
    for (int i = 0; i < 150; i++) {
      Counter.builder("ruche_bus_commands_total")
          .tag("tenant", "t" + i)
          .register(metrics.registry())
          .increment();
    }

    assertEquals(
        101,
        metrics.scrape().lines().filter(l -> l.startsWith("ruche_bus_commands_total{")).count());
    assertTrue(
        metrics
            .scrape()
            .contains("ruche_bus_commands_total{service=\"test\",tenant=\"other\"} 50.0"));
  }
}
