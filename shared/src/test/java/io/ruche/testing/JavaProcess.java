package io.ruche.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A class of the test tree that runs as a program in a JVM of its own. */
public final class JavaProcess {

  private JavaProcess() {}

  /**
   * Starts {@code main} with the class path of this JVM.
   *
   * @param log both outputs are appended to it
   */
  public static Process start(Class<?> main, Path log, List<String> options, List<String> arguments)
      throws IOException {
    return start(main, log, options, arguments, Map.of());
  }

  /** The same with more environment variables. */
  public static Process start(
      Class<?> main,
      Path log,
      List<String> options,
      List<String> arguments,
      Map<String, String> variables)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m"));
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(arguments);
    Files.createDirectories(log.toAbsolutePath().getParent());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // What configures the tests is not for the program.
    builder.environment().keySet().removeIf(name -> name.startsWith("RUCHE_"));
    builder.environment().putAll(variables);
    return builder.start();
  }
}
