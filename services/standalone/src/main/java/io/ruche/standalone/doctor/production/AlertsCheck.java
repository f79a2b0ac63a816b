package io.ruche.standalone.doctor.production;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether somebody is told of alarms: the receivers of Alertmanager. */
final class AlertsCheck implements Check {

  private static final String MOUNTED = "/etc/alertmanager/alertmanager.yml";

  private final Stack stack;

  AlertsCheck(Stack stack) {
    this.stack = stack;
  }

  @Override
  public String part() {
    return "alarms";
  }

  @Override
  public List<Finding> look() throws IOException {
    JsonNode alertmanager = stack.services().path("alertmanager");
    if (alertmanager.isMissingNode()) {
      return List.of(
          Finding.advice(
              "alerts.none",
              "COMPOSE_FILE in .env",
              "There is no monitoring, so that nobody is told when something fails.",
              "Add monitoring.yml to COMPOSE_FILE, or watch the health checks from elsewhere."));
    }
    Path file = stack.home().resolve("monitoring/alertmanager/alertmanager.yml");
    for (JsonNode mount : alertmanager.path("volumes")) {
      if (mount.path("target").asText().equals(MOUNTED)) {
        file = Path.of(mount.path("source").asText());
      }
    }
    JsonNode settings = new YAMLMapper().readTree(Files.readString(file));
    Map<String, Boolean> tells = new HashMap<>();
    for (JsonNode receiver : settings.path("receivers")) {
      boolean some = false;
      for (Map.Entry<String, JsonNode> part : receiver.properties()) {
        some |= part.getKey().endsWith("_configs") && !part.getValue().isEmpty();
      }
      tells.put(receiver.path("name").asText(), some);
    }
    List<Finding> found = new ArrayList<>();
    Set<String> named = new LinkedHashSet<>();
    receivers(settings.path("route"), named);
    if (named.isEmpty()) {
      found.add(problem(file, "alerts.no-route", "It has no route with a receiver."));
    }
    for (String receiver : named) {
      if (!tells.containsKey(receiver)) {
        found.add(problem(file, "alerts.receiver", "There is no receiver '" + receiver + "'."));
      }
    }
    if (!named.isEmpty() && named.stream().noneMatch(one -> tells.getOrDefault(one, false))) {
      found.add(problem(file, "alerts.nobody", "Nobody is told of any alarm."));
    }
    return found;
  }

  private static void receivers(JsonNode route, Set<String> into) {
    if (route.has("receiver")) {
      into.add(route.path("receiver").asText());
    }
    route.path("routes").forEach(inner -> receivers(inner, into));
  }

  private static Finding problem(Path file, String id, String what) {
    return Finding.problem(
        id,
        file.toString(),
        what,
        "Name a receiver with e-mail, a chat or a webhook: docs/production.md, Alarms.");
  }
}
