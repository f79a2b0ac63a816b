package io.ruche.standalone.doctor.production;

import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code .env}: its mode, and whether it has the variables of {@code .env.example}, and no others.
 */
final class SettingsCheck implements Check {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Stack stack;

  SettingsCheck(Stack stack) {
    this.stack = stack;
  }

  @Override
  public String part() {
    return "settings in .env";
  }

  @Override
  public List<Finding> look() throws IOException {
    Path file = stack.folder().resolve(".env");
    if (!Files.isRegularFile(file)) {
      return List.of(
          Finding.problem("env.missing", file.toString(), "It is not there.", "./ruche secrets"));
    }
    List<Finding> found = new ArrayList<>();
    Set<PosixFilePermission> mode = new TreeSet<>(Files.getPosixFilePermissions(file));
    mode.removeAll(OWNER_ONLY);
    if (!mode.isEmpty()) {
      found.add(
          Finding.problem(
              "env.mode",
              file.toString(),
              "Others than its owner may use it: " + PosixFilePermissions.toString(mode) + ".",
              "chmod 600 " + file));
    }
    EnvFile settings = stack.settings();
    Set<String> example = EnvFile.read(stack.folder().resolve(".env.example")).values().keySet();
    Set<String> missing = new TreeSet<>(example);
    missing.removeAll(settings.values().keySet());
    if (!missing.isEmpty()) {
      found.add(
          Finding.problem(
              "env.incomplete",
              file.toString(),
              "It lacks " + String.join(", ", missing) + ", which .env.example has.",
              "Copy their lines from .env.example."));
    }
    for (String name : new TreeSet<>(settings.values().keySet())) {
      if (!example.contains(name) && !name.startsWith("COMPOSE_") && !name.startsWith("DOCKER_")) {
        found.add(
            Finding.advice(
                "env.unknown",
                file + ": " + name,
                "No variable of .env.example has this name, so that it may mean nothing.",
                "Correct the name, or take the line out."));
      }
    }
    for (String name : settings.twice()) {
      found.add(
          Finding.problem(
              "env.twice",
              file + ": " + name,
              "It is set twice, and the last line counts.",
              "Take one of the lines out."));
    }
    return found;
  }
}
