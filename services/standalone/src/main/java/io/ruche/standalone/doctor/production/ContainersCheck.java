package io.ruche.standalone.doctor.production;

import com.fasterxml.jackson.databind.JsonNode;
import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The containers as they run: all there and healthy, and with no more rights than they need. */
final class ContainersCheck implements Check {

  private static final int MANY_RESTARTS = 3;
  private static final Set<String> RESTARTS = Set.of("unless-stopped", "always", "on-failure");
  private static final Set<String> ROOT = Set.of("", "0", "root");

  private final Stack stack;

  ContainersCheck(Stack stack) {
    this.stack = stack;
  }

  @Override
  public String part() {
    return "containers";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Finding> found = new ArrayList<>();
    Set<String> there = new TreeSet<>();
    for (JsonNode container : stack.containers()) {
      there.add(Stack.service(container));
      JsonNode service = stack.services().path(Stack.service(container));
      if (service.isMissingNode()) {
        continue; // Of an overlay or a profile that is not chosen now.
      }
      boolean job = service.path("restart").asText("no").equals("no");
      if (job) {
        job(container, found);
      } else {
        runs(container, service, found);
        rights(container, found);
        bounds(container, found);
      }
    }
    for (Map.Entry<String, JsonNode> service : stack.services().properties()) {
      if (!there.contains(service.getKey()) && !isWithout(service.getKey())) {
        found.add(
            Finding.problem(
                "container.missing",
                service.getKey(),
                "It has no container.",
                "docker compose up -d --wait"));
      }
    }
    return found;
  }

  /** Qdrant is left out by an empty address. */
  private boolean isWithout(String service) throws IOException {
    return service.equals("qdrant")
        && stack.settings().values().containsKey("RUCHE_QDRANT_URL")
        && stack.settings().value("RUCHE_QDRANT_URL").isEmpty();
  }

  private static void job(JsonNode container, List<Finding> found) {
    JsonNode state = container.path("State");
    if (state.path("Status").asText().equals("exited") && state.path("ExitCode").asInt() != 0) {
      found.add(
          Finding.problem(
              "container.job-failed",
              Stack.service(container),
              "It ended with exit code " + state.path("ExitCode").asInt() + ".",
              "docker compose logs " + Stack.service(container)));
    }
  }

  private static void runs(JsonNode container, JsonNode service, List<Finding> found) {
    String name = Stack.service(container);
    JsonNode state = container.path("State");
    String health = state.path("Health").path("Status").asText("none");
    if (!state.path("Running").asBoolean()) {
      found.add(problem("container.down", name, "It does not run.", "docker compose up -d --wait"));
    } else if (health.equals("unhealthy")) {
      found.add(
          problem(
              "container.unhealthy", name, "It is not healthy.", "docker compose logs " + name));
    } else if (health.equals("starting")) {
      found.add(Finding.unknown("container.starting", name, "It is still starting.", "Ask again."));
    } else if (health.equals("none") && !except(container, "health")) {
      found.add(
          problem(
              "container.no-health",
              name,
              "Nobody can tell whether it works: it has no health check.",
              "Give it one in its Compose file."));
    }
    if (state.path("OOMKilled").asBoolean()) {
      found.add(
          problem(
              "container.out-of-memory",
              name,
              "It was ended for its memory.",
              "Raise its size in .env, then docker compose up -d"));
    }
    if (container.path("RestartCount").asInt() >= MANY_RESTARTS) {
      found.add(
          Finding.advice(
              "container.restarts",
              name,
              "It has started again " + container.path("RestartCount").asInt() + " times.",
              "docker compose logs " + name));
    }
    String wanted = service.path("image").asText();
    String runs = container.path("Config").path("Image").asText();
    if (!wanted.isEmpty() && !wanted.equals(runs)) {
      found.add(
          problem(
              "container.outdated",
              name,
              "It runs " + runs + ", and the Compose files say " + wanted + ".",
              "docker compose up -d --wait"));
    }
  }

  private static void rights(JsonNode container, List<Finding> found) {
    String name = Stack.service(container);
    JsonNode host = container.path("HostConfig");
    String user = container.path("Config").path("User").asText("").split(":", -1)[0];
    require(container, "user", !ROOT.contains(user), "container.root", "It runs as root.", found);
    require(
        container,
        "read-only",
        host.path("ReadonlyRootfs").asBoolean(),
        "container.writable",
        "Its root can be written.",
        found);
    require(
        container,
        "capabilities",
        texts(host.path("CapDrop")).stream().anyMatch(one -> one.equalsIgnoreCase("ALL")),
        "container.capabilities",
        "It has capabilities that were not asked for.",
        found);
    require(
        container,
        "privileges",
        !host.path("Privileged").asBoolean()
            && texts(host.path("SecurityOpt")).stream()
                .anyMatch(one -> one.startsWith("no-new-privileges")),
        "container.privileges",
        "It is privileged, or its programs may gain privileges.",
        found);
    boolean engine = false;
    for (JsonNode mount : container.path("Mounts")) {
      engine |= mount.path("Source").asText().endsWith("/docker.sock");
    }
    require(
        container,
        "engine",
        !engine,
        "container.engine",
        "It has Docker's socket, with which it is root on this server.",
        found);
    for (Map.Entry<String, JsonNode> port : host.path("PortBindings").properties()) {
      for (JsonNode binding : port.getValue()) {
        if (Set.of("", "0.0.0.0", "::").contains(binding.path("HostIp").asText())
            && !isMeant(binding.path("HostPort").asText())) {
          found.add(
              problem(
                  "container.public",
                  name + ": " + binding.path("HostPort").asText(),
                  "Everybody reaches this port as it runs now.",
                  "Publish it on 127.0.0.1, then docker compose up -d"));
        }
      }
    }
  }

  private static boolean isMeant(String port) {
    return Set.of("80", "443", "8883", "51820").contains(port);
  }

  private static void bounds(JsonNode container, List<Finding> found) {
    JsonNode host = container.path("HostConfig");
    require(
        container,
        "limits",
        host.path("Memory").asLong() > 0
            && (host.path("NanoCpus").asLong() > 0 || host.path("CpuQuota").asLong() > 0)
            && host.path("PidsLimit").asLong() > 0,
        "container.limits",
        "It has no limit of memory, processors or processes.",
        found);
    require(
        container,
        "restart",
        RESTARTS.contains(host.path("RestartPolicy").path("Name").asText()),
        "container.restart",
        "It does not start again when it ends.",
        found);
    JsonNode log = host.path("LogConfig");
    require(
        container,
        "logging",
        !log.path("Type").asText().equals("json-file") || log.path("Config").has("max-size"),
        "container.log",
        "Its log grows without bound.",
        found);
  }

  private static void require(
      JsonNode container, String what, boolean holds, String id, String text, List<Finding> found) {
    if (!holds && !except(container, what)) {
      found.add(
          problem(
              id,
              Stack.service(container),
              text,
              "Take what common.yaml gives (extends: hardened), then docker compose up -d"));
    }
  }

  private static boolean except(JsonNode container, String what) {
    return Stack.excepts(Stack.labels(container), what);
  }

  private static List<String> texts(JsonNode list) {
    List<String> all = new ArrayList<>();
    list.forEach(one -> all.add(one.asText()));
    return all;
  }

  private static Finding problem(String id, String where, String what, String mend) {
    return Finding.problem(id, where, what, mend);
  }
}
