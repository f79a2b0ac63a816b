package io.ruche.standalone;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The dashboards and alarms in {@code monitoring/}, and the names that they use. */
final class MonitoringFiles {

  static final Path FOLDER = repository().resolve("monitoring");

  /** Of Prometheus itself. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up", "job", "instance");

  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
  private static final Pattern LABELS =
      Pattern.compile("\\{([^}]*)}|(?:by|without|on|ignoring) *\\(([^)]*)\\)");
  private static final Pattern LABEL = Pattern.compile("[a-z_]+(?= *(?:=|!|,|$))");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:ruche|gen_ai|jvm|process)_[a-z_]+|\\bup\\b");
  private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? .*");
  private static final Pattern VALUES = Pattern.compile("label_values\\((.*), (.*)\\)");
  private static final Pattern NAMED = Pattern.compile("([a-z_]+)=\"");
  private static final Pattern ALARM =
      Pattern.compile("^ +expr: *(?:\\|\\n((?: {10,}.*\\n)+)|(.*)\\n)", Pattern.MULTILINE);

  private MonitoringFiles() {}

  private static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("monitoring"))) {
      here = here.getParent();
    }
    return here;
  }

  /** Names of Ruche's that nothing in the scrape has, by the expression that has them. */
  static Map<String, Set<String>> unknown(String scrape) throws IOException {
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
    List<String> all = expressions();
    assertTrue(all.size() > 50, () -> all.size() + " expressions");
    for (String expression : all) {
      Set<String> missing = new TreeSet<>(metrics(expression));
      if (missing.isEmpty()) {
        continue; // Of other programs alone, whose metrics are not there.
      }
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

  /** The expressions of each panel, by its dashboard, place and title. */
  static Map<String, List<String>> panels() throws IOException {
    Map<String, List<String>> panels = new LinkedHashMap<>();
    for (Path file : files("grafana/dashboards", ".json")) {
      JsonArray all = new JsonObject(Files.readString(file)).getJsonArray("panels");
      for (int i = 0; i < all.size(); i++) {
        JsonObject panel = all.getJsonObject(i);
        List<String> expressions = new ArrayList<>();
        for (Object target : panel.getJsonArray("targets", new JsonArray())) {
          expressions.add(((JsonObject) target).getString("expr"));
        }
        if (!expressions.isEmpty()) {
          panels.put(file.getFileName() + " " + i + " " + panel.getString("title"), expressions);
        }
      }
    }
    return panels;
  }

  private static List<String> expressions() throws IOException {
    List<String> all = new ArrayList<>();
    panels().values().forEach(all::addAll);
    for (Path dashboard : files("grafana/dashboards", ".json")) {
      addVariables(new JsonObject(Files.readString(dashboard)), all);
    }
    for (Path rules : files("prometheus/rules", ".yaml")) {
      Matcher alarm = ALARM.matcher(Files.readString(rules));
      while (alarm.find()) {
        all.add(alarm.group(1) == null ? alarm.group(2) : alarm.group(1));
      }
    }
    return all;
  }

  /** The files of a folder; at least one of each service that there is. */
  static List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      List<Path> found = files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
      assertTrue(found.size() >= 2, folder);
      return found;
    }
  }

  private static void addVariables(JsonObject dashboard, List<String> all) {
    for (Object variable : dashboard.getJsonObject("templating").getJsonArray("list")) {
      String definition = ((JsonObject) variable).getString("definition");
      if (definition != null) {
        Matcher parts = VALUES.matcher(definition);
        assertTrue(parts.matches(), definition);
        all.add(parts.group(1) + "{" + parts.group(2) + "=\"\"}");
      }
    }
  }
}
