package io.ruche.standalone;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether the dashboards and alarms in {@code monitoring/} ask for what a running Ruche tells: its
 * metrics are scraped once it has done a little of everything, and a real Prometheus is asked what
 * each panel asks.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MonitoringIT {

  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private MonitoredRuche ruche;

  @BeforeAll
  void open() throws Exception {
    ruche = MonitoredRuche.start(folder);
  }

  @AfterAll
  void close() throws Exception {
    ruche.close();
  }

  @Test
  void dashboardsAndAlarmsAskForMetricsThatThereAre() throws Exception {
    ruche.use();

    await()
        .atMost(BOUND)
        .untilAsserted(
            () -> assertEquals(Map.of(), MonitoringFiles.unknown(ruche.scrape()), "unknown names"));
  }

  @Test
  void eachPanelHasSomethingToShow() throws Exception {
    Optional<Path> program = PrometheusServer.program("prometheus");
    boolean mustRun = "1".equals(System.getenv("RUCHE_TEST_NO_SKIP"));
    assertTrue(program.isPresent() || !mustRun, "no prometheus is installed");
    Assumptions.assumeTrue(program.isPresent(), "no prometheus is installed");
    Map<String, List<String>> panels = MonitoringFiles.panels();
    assertTrue(panels.size() > 25, () -> panels.size() + " panels");
    try (PrometheusServer prometheus =
        PrometheusServer.start(program.orElseThrow(), folder, ruche.management())) {
      Map<String, List<String>> empty = new TreeMap<>(panels);
      await()
          .atMost(BOUND)
          .untilAsserted(
              () -> {
                ruche.use();
                removeShown(empty, prometheus);
                assertEquals(Map.of(), empty, "panels without data");
              });
    }
  }

  /** Of each panel every line; a line that has shown something once need not do so again. */
  private static void removeShown(Map<String, List<String>> empty, PrometheusServer prometheus)
      throws Exception {
    for (Map.Entry<String, List<String>> panel : Map.copyOf(empty).entrySet()) {
      List<String> left = new ArrayList<>();
      for (String expression : panel.getValue()) {
        if (prometheus.values(asGrafanaAsks(expression)).isEmpty()) {
          left.add(expression);
        }
      }
      if (left.isEmpty()) {
        empty.remove(panel.getKey());
      } else {
        empty.put(panel.getKey(), left);
      }
    }
  }

  /** With all tenants and models chosen. */
  private static String asGrafanaAsks(String expression) {
    return expression
        .replace("$tenant", ".*")
        .replace("$model", ".*")
        .replace("$__rate_interval", "10s")
        .replace("$__range", "1m");
  }
}
