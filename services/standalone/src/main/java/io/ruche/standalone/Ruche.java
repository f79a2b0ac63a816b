package io.ruche.standalone;

import io.ruche.standalone.cli.BenchCommand;
import io.ruche.standalone.cli.CliFailure;
import io.ruche.standalone.cli.DeadLetterCommand;
import io.ruche.standalone.cli.DoctorCommand;
import io.ruche.standalone.cli.KeysCommand;
import io.ruche.standalone.cli.MigrateCommand;
import io.ruche.standalone.cli.ReplayCommand;
import io.ruche.standalone.cli.SecretsCommand;
import io.ruche.standalone.cli.SendCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;

/** The command line. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
    name = "ruche",
    description = "A self-hosted backbone for AI and automation.",
    subcommands = {
      UpCommand.class,
      KeysCommand.class,
      SendCommand.class,
      DeadLetterCommand.class,
      ReplayCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      SecretsCommand.class,
      MigrateCommand.class,
      HelpCommand.class
    },
    footer = {
      "",
      "  ruche test [...]     all tests; sets up what they need",
      "  ruche images         builds the images of the Compose files; needs Docker",
      "  ruche update [...]   brings the stack to another version, and back when that fails",
      "  ruche rollback       brings it back to the version before the last update",
      "",
      "What a command answers goes to standard output, what it does to standard error."
    },
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true)
public final class Ruche implements Runnable {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "This text; ruche help COMMAND says more of one.")
  @SuppressWarnings("unused") // picocli answers it by itself
  private boolean help;

  private Ruche() {}

  /** Runs the command that is named in {@code args} and exits with its code. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Ruche())
            .setExecutionExceptionHandler(Ruche::explain)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    command.getErr().println(CliFailure.explain(failure));
    return CliFailure.exitCode(failure);
  }
}
