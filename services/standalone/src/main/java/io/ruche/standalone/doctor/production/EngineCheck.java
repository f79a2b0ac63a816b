package io.ruche.standalone.doctor.production;

import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Finding;
import io.ruche.standalone.doctor.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Docker and Compose: whether they answer, are new enough, and start with the server. */
final class EngineCheck implements Check {

  private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+).*", Pattern.DOTALL);

  private final Path folder;
  private final Programs programs;

  EngineCheck(Path folder, Programs programs) {
    this.folder = folder;
    this.programs = programs;
  }

  @Override
  public String part() {
    return "Docker";
  }

  @Override
  public List<Finding> look() {
    List<Finding> found = new ArrayList<>();
    version(
        found,
        "engine.away",
        "engine.old",
        "Docker Engine",
        20,
        10,
        "docker",
        "version",
        "--format",
        "{{.Server.Version}}");
    version(
        found,
        "compose.away",
        "compose.old",
        "Docker Compose",
        2,
        24,
        "docker",
        "compose",
        "version",
        "--short");
    startsWithTheServer(found);
    return found;
  }

  private void version(
      List<Finding> found,
      String away,
      String old,
      String name,
      int major,
      int minor,
      String... command) {
    try {
      String version = programs.ask(folder, command);
      Matcher parts = VERSION.matcher(version);
      if (!parts.matches() || !reaches(parts, major, minor)) {
        found.add(
            Finding.problem(
                old,
                name,
                "It is " + version + "; " + major + "." + minor + " or newer is needed.",
                "docs/deployment.md, What you need"));
      }
    } catch (IOException failure) {
      found.add(
          Finding.problem(
              away,
              name,
              String.valueOf(failure.getMessage()),
              "Install and start it, or run this as a user who may ask it: docs/deployment.md."));
    }
  }

  private static boolean reaches(Matcher parts, int major, int minor) {
    int has = Integer.parseInt(parts.group(1));
    return has > major || (has == major && Integer.parseInt(parts.group(2)) >= minor);
  }

  private void startsWithTheServer(List<Finding> found) {
    try {
      Programs.Output answer = programs.run(folder, List.of("systemctl", "is-enabled", "docker"));
      if (answer.exit() != 0) {
        found.add(
            Finding.problem(
                "engine.boot",
                "docker.service",
                "It does not start with the server (" + answer.reason() + ").",
                "systemctl enable docker"));
      }
    } catch (IOException failure) {
      found.add(
          Finding.unknown(
              "engine.boot-unknown",
              "docker.service",
              "Whether it starts with the server cannot be told without systemd.",
              "See to it that your init starts dockerd."));
    }
  }
}
