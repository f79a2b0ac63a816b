package io.ruche.standalone.cli;

import io.ruche.standalone.Settings;
import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Diagnosis;
import io.ruche.standalone.doctor.LocalChecks;
import io.ruche.standalone.doctor.LocalPrograms;
import io.ruche.standalone.doctor.production.ProductionChecks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ruche doctor}. */
@Command(
    name = "doctor",
    description = {
      "Looks at this machine and its configuration, changes nothing, and says what is wrong,",
      "where, and what would be right."
    },
    footer = {
      "",
      "Exit codes: 0 nothing is wrong (there may be advice), 1 something is wrong or could not",
      "be looked at, 2 it was asked wrongly."
    })
public final class DoctorCommand implements Callable<Integer> {

  private static final Duration BOUND = Duration.ofSeconds(60);

  @Option(
      names = "--production",
      description =
          "The stack of the Compose files and this server instead: docs/production.md. As root.")
  private boolean production;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Option(
      names = "--compose",
      paramLabel = "DIR",
      description = "The folder of the Compose files; 'compose' beside 'ruche' without it.")
  private @Nullable Path compose;

  @Option(names = "--data", paramLabel = "DIR", description = "The data folder of ./ruche up.")
  private @Nullable Path data;

  @Override
  public Integer call() {
    Diagnosis diagnosis =
        Diagnosis.of(
            production ? production() : local(),
            part -> {
              if (Boolean.getBoolean("ruche.terminal")) {
                System.err.println("Looking at " + part + " ...");
              }
            });
    System.out.print(json ? diagnosis.json() + System.lineSeparator() : diagnosis.text());
    return diagnosis.isWell() ? 0 : 1;
  }

  private List<Check> local() {
    if (compose != null) {
      throw CliFailure.usage("--compose goes with --production.");
    }
    return List.of(new LocalChecks(Settings::load, System.getenv(), data));
  }

  private List<Check> production() {
    if (data != null) {
      throw CliFailure.usage("--data does not go with --production, which looks at containers.");
    }
    Path home = Path.of(System.getProperty("ruche.home", ".")).toAbsolutePath().normalize();
    Path folder =
        (compose == null ? home.resolve("compose") : compose).toAbsolutePath().normalize();
    if (!Files.isRegularFile(folder.resolve("compose.yaml"))) {
      throw CliFailure.usage(folder + " is not the folder of the Compose files.");
    }
    return ProductionChecks.of(folder, Path.of("/"), new LocalPrograms(BOUND), Clock.systemUTC());
  }
}
