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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the dashboard and the alarms in {@code monitoring/} ask Prometheus. */
final class Monitoring {

  static final Path FOLDER = repository().resolve("monitoring");

  private static final Pattern VALUES = Pattern.compile("label_values\\((.*), (.*)\\)");
  private static final Pattern ALARM =
      Pattern.compile("^ +expr: *(?:\\|\\n((?: {10,}.*\\n)+)|(.*)\\n)", Pattern.MULTILINE);

  private Monitoring() {}

  private static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("monitoring"))) {
      here = here.getParent();
    }
    return here;
  }

  private static JsonObject dashboard() throws IOException {
    return new JsonObject(Files.readString(FOLDER.resolve("grafana/dashboards/ai-proxy.json")));
  }

  /** The expressions of each panel, by its title and place. */
  static Map<String, List<String>> panels() throws IOException {
    Map<String, List<String>> panels = new LinkedHashMap<>();
    JsonArray all = dashboard().getJsonArray("panels");
    for (int i = 0; i < all.size(); i++) {
      JsonObject panel = all.getJsonObject(i);
      List<String> expressions = new ArrayList<>();
      for (Object target : panel.getJsonArray("targets", new JsonArray())) {
        expressions.add(((JsonObject) target).getString("expr"));
      }
      if (!expressions.isEmpty()) {
        panels.put(i + " " + panel.getString("title"), expressions);
      }
    }
    return panels;
  }

  /** Everything that is asked: by panels, variables and alarms. */
  static List<String> expressions() throws IOException {
    List<String> all = new ArrayList<>();
    panels().values().forEach(all::addAll);
    for (Object variable : dashboard().getJsonObject("templating").getJsonArray("list")) {
      String definition = ((JsonObject) variable).getString("definition");
      if (definition != null) {
        Matcher parts = VALUES.matcher(definition);
        assertTrue(parts.matches(), definition);
        all.add(parts.group(1) + "{" + parts.group(2) + "=\"\"}");
      }
    }
    Matcher alarm =
        ALARM.matcher(Files.readString(FOLDER.resolve("prometheus/rules/ai-proxy.yaml")));
    while (alarm.find()) {
      all.add(alarm.group(1) == null ? alarm.group(2) : alarm.group(1));
    }
    return all;
  }
}
