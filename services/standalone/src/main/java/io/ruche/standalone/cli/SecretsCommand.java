package io.ruche.standalone.cli;

import io.ruche.standalone.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ruche secrets}. */
@Command(
    name = "secrets",
    description =
        "Writes compose/.env and compose/secrets/ with fresh random secrets, never over an existing"
            + " one, and prints what was missing.")
public final class SecretsCommand implements Callable<Integer> {

  @Option(
      names = "--compose",
      paramLabel = "DIR",
      description = "The folder of the Compose files; 'compose' beside 'ruche' without it.")
  private @Nullable Path folder;

  @Override
  public Integer call() {
    Path stack =
        folder == null ? Path.of(System.getProperty("ruche.home", "."), "compose") : folder;
    try {
      StackFolder.Written written = new StackFolder(stack).complete();
      written.made().forEach(System.out::println);
      System.err.println(
          "Made "
              + written.made().size()
              + " files in "
              + stack
              + ", kept "
              + written.kept()
              + ".");
      return 0;
    } catch (IOException failure) {
      throw new CliFailure("The secrets are not complete: " + failure.getMessage());
    }
  }
}
