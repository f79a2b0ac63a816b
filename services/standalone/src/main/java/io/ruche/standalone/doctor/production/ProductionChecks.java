package io.ruche.standalone.doctor.production;

import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Programs;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Every check of {@code ruche doctor --production}: docs/production.md lists them. */
public final class ProductionChecks {

  private ProductionChecks() {}

  /**
   * The checks, in the order of the page.
   *
   * @param compose the folder of the Compose files
   * @param root of the server's files: {@code /}
   * @param programs docker and those of the system
   */
  public static List<Check> of(Path compose, Path root, Programs programs, Clock clock) {
    return of(compose, root, programs, clock, ServerCheck.Space::of, new Handshake()::ask);
  }

  static List<Check> of(
      Path compose,
      Path root,
      Programs programs,
      Clock clock,
      ServerCheck.Disk disk,
      CertificatesCheck.Asking asking) {
    Stack stack = new Stack(compose, programs);
    return List.of(
        new SettingsCheck(stack),
        new SecretsCheck(stack),
        new EngineCheck(compose, programs),
        new ComposeCheck(stack),
        new ContainersCheck(stack),
        new ServerCheck(stack, root, programs, disk),
        new CertificatesCheck(stack, clock, asking),
        new AlertsCheck(stack),
        new BackupsCheck(stack, clock),
        new HardeningCheck(compose, programs));
  }
}
