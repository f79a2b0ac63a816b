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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** Of Prometheus itself. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up", "job", "instance");

  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
  private static final Pattern LABELS =
      Pattern.compile("\\{([^}]*)}|(?:by|without|on|ignoring) *\\(([^)]*)\\)");
  private static final Pattern LABEL = Pattern.compile("[a-z_]+(?= *(?:=|!|,|$))");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:ruche|gen_ai|jvm|process)_[a-z_]+|\\bup\\b");
  private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? .*");
  private static final Pattern NAMED = Pattern.compile("([a-z_]+)=\"");

  @TempDir private static Path folder;
  private MonitoredRuche ruche;

  @BeforeAll
  void open() throws Exception {
    ruche = new MonitoredRuche(folder);
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
        .untilAsserted(() -> assertEquals(Map.of(), unknown(ruche.scrape()), "unknown names"));
  }

  @Test
  void eachPanelHasSomethingToShow() throws Exception {
    Optional<Path> program = PrometheusServer.program("prometheus");
    boolean mustRun = "1".equals(System.getenv("RUCHE_TEST_NO_SKIP"));
    assertTrue(program.isPresent() || !mustRun, "no prometheus is installed");
    Assumptions.assumeTrue(program.isPresent(), "no prometheus is installed");
    Map<String, List<String>> panels = Monitoring.panels();
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

  /** Names that nothing in the scrape has, by the expression that has them. */
  private static Map<String, Set<String>> unknown(String scrape) throws Exception {
    Set<String> metrics = new TreeSet<>(OF_PROMETHEUS);
    Set<String> labels = new TreeSet<>(OF_PROMETHEUS);
    labels.add("le");
    for (String line : scrape.lines().filter(one -> !one.startsWith("#")).toList()) {
      Matcher sample = SAMPLE.matcher(line);
      if (sample.matches()) {
        metrics.add(sample.group(1));
        Matcher named = NAMED.matcher(String.valueOf(sample.group(2)));
        while (named.find()) {
          labels.add(named.group(1));
        }
      }
    }
    Map<String, Set<String>> unknown = new TreeMap<>();
    List<String> all = Monitoring.expressions();
    assertTrue(all.size() > 50, () -> all.size() + " expressions");
    for (String expression : all) {
      Set<String> missing = new TreeSet<>(metrics(expression));
      missing.removeAll(metrics);
      Set<String> missingLabels = new TreeSet<>(labels(expression));
      missingLabels.removeAll(labels);
      missing.addAll(missingLabels);
      if (!missing.isEmpty()) {
        unknown.put(expression, missing);
      }
    }
    return unknown;
  }

  private static Set<String> metrics(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher metric =
        METRIC.matcher(LABELS.matcher(QUOTED.matcher(expression).replaceAll("")).replaceAll(" "));
    while (metric.find()) {
      names.add(metric.group());
    }
    return names;
  }

  private static Set<String> labels(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher groups = LABELS.matcher(QUOTED.matcher(expression).replaceAll(""));
    while (groups.find()) {
      String inside = groups.group(1) == null ? groups.group(2) : groups.group(1);
      Matcher label = LABEL.matcher(inside);
      while (label.find()) {
        names.add(label.group());
      }
    }
    return names;
  }
}
