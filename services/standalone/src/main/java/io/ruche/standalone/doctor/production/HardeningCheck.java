package io.ruche.standalone.doctor.production;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Finding;
import io.ruche.standalone.doctor.Level;
import io.ruche.standalone.doctor.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The server's firewall, SSH, Fail2ban, updates and kernel: what {@code host/harden.sh} audits. */
final class HardeningCheck implements Check {

  private static final int LOOKED = 1;

  private final Path compose;
  private final Programs programs;

  HardeningCheck(Path compose, Programs programs) {
    this.compose = compose;
    this.programs = programs;
  }

  @Override
  public String part() {
    return "hardening of the server";
  }

  @Override
  public List<Finding> look() throws IOException {
    Path script = compose.resolveSibling("host").resolve("harden.sh");
    if (!Files.isRegularFile(script)) {
      throw new IOException(script + " is not there");
    }
    Programs.Output output =
        programs.run(compose, List.of("bash", script.toString(), "--check", "--json"));
    if (output.exit() > LOOKED) {
      throw new IOException(output.reason());
    }
    List<Finding> found = new ArrayList<>();
    for (JsonNode item : new ObjectMapper().readTree(output.out()).path("items")) {
      String state = item.path("state").asText();
      if (!state.equals("fine")) {
        found.add(
            new Finding(
                switch (state) {
                  case "open" -> Level.PROBLEM;
                  case "advice" -> Level.ADVICE;
                  default -> Level.UNKNOWN;
                },
                "hardening." + item.path("id").asText(),
                item.path("where").asText(),
                item.path("what").asText(),
                item.path("mend").asText()));
      }
    }
    return found;
  }
}
