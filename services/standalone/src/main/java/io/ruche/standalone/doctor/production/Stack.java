package io.ruche.standalone.doctor.production;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ruche.standalone.doctor.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stack: what its files say, as Compose puts them together ({@code COMPOSE_FILE} in {@code
 * .env} names them), and its containers. Asked once.
 */
final class Stack {

  /** The label of what a service may not keep, and says why: {@code ruche.except: user engine}. */
  private static final String EXCEPT = "ruche.except";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Programs programs;
  private @Nullable JsonNode files;
  private @Nullable List<JsonNode> containers;

  Stack(Path folder, Programs programs) {
    this.folder = folder;
    this.programs = programs;
  }

  /** The folder of the Compose files. */
  Path folder() {
    return folder;
  }

  /** The folder that has it: the repository. */
  Path home() {
    Path parent = folder.getParent();
    return parent == null ? folder : parent;
  }

  /** Variables of {@code .env}. */
  EnvFile settings() throws IOException {
    return EnvFile.read(folder.resolve(".env"));
  }

  /**
   * The Compose files, put together, as {@code docker compose config} answers them.
   *
   * @throws IOException when they are wrong or there is no Compose
   */
  JsonNode files() throws IOException {
    JsonNode known = files;
    if (known == null) {
      known =
          JSON.readTree(programs.ask(folder, "docker", "compose", "config", "--format", "json"));
      files = known;
    }
    return known;
  }

  /** The services of the Compose files. */
  JsonNode services() throws IOException {
    return files().path("services");
  }

  /** Whether a service asks for ports, networks or rights that are refused to others. */
  static boolean excepts(JsonNode labels, String what) {
    return Set.copyOf(Arrays.asList(labels.path(EXCEPT).asText("").split("[ ,]+", -1)))
        .contains(what);
  }

  /**
   * The stack's containers, ended ones as well, as {@code docker inspect} answers them.
   *
   * @throws IOException when the engine does not answer
   */
  List<JsonNode> containers() throws IOException {
    List<JsonNode> known = containers;
    if (known == null) {
      known = inspect();
      containers = known;
    }
    return known;
  }

  private List<JsonNode> inspect() throws IOException {
    String ids =
        programs.ask(
            folder,
            "docker",
            "ps",
            "--all",
            "--quiet",
            "--filter",
            "label=com.docker.compose.project=" + files().path("name").asText(),
            "--filter",
            "label=com.docker.compose.oneoff=False");
    if (ids.isBlank()) {
      return List.of();
    }
    List<String> command = new ArrayList<>(List.of("docker", "inspect"));
    ids.lines().forEach(command::add);
    List<JsonNode> all = new ArrayList<>();
    JSON.readTree(programs.ask(folder, command.toArray(String[]::new))).forEach(all::add);
    return all;
  }

  /** The service that a container is of. */
  static String service(JsonNode container) {
    return labels(container).path("com.docker.compose.service").asText();
  }

  static JsonNode labels(JsonNode container) {
    return container.path("Config").path("Labels");
  }
}
