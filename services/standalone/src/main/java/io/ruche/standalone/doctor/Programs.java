package io.ruche.standalone.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The programs of this machine that checks ask. */
public interface Programs {

  /**
   * How a program ended.
   *
   * @param exit its exit code
   * @param out its standard output
   * @param error its standard error
   */
  record Output(int exit, String out, String error) {

    /** The first line of what it had to say about its failure. */
    public String reason() {
      return (error.isBlank() ? out : error).lines().findFirst().orElse("exit code " + exit);
    }
  }

  /**
   * Runs a program to its end.
   *
   * @param folder where it runs
   * @param command the program and its arguments
   * @throws IOException when there is no such program, or when it does not end in time
   */
  Output run(Path folder, List<String> command) throws IOException;

  /**
   * Runs a program that has to succeed, and answers its standard output.
   *
   * @throws IOException also when it fails
   */
  default String ask(Path folder, String... command) throws IOException {
    Output output = run(folder, List.of(command));
    if (output.exit() != 0) {
      throw new IOException("'" + String.join(" ", command) + "' failed: " + output.reason());
    }
    return output.out().strip();
  }
}
