package io.ruche.embedservice.parse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How a parsing process is started: this JVM's program and class path, capped. */
final class ParserCommand {

  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final Path NICE = Path.of("/usr/bin/nice");
  private static final List<String> KEPT_VARIABLES = List.of("PATH", "LANG", "LC_ALL", "LC_CTYPE");
  private static final String SILENT_LOG = "io/ruche/embedservice/parse/child/silent-logback.xml";

  private ParserCommand() {}

  /**
   * Starts one.
   *
   * @param program class whose main method it runs
   * @param temporary folder of its own
   * @param fonts folder where all of them keep what they learn of the machine's fonts
   */
  static Process start(ParseConfig config, Class<?> program, Path temporary, Path fonts)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      // Ctrl-C in a terminal reaches only the service, which ends in order.
      command.add(SETSID.toString());
    }
    if (Files.isExecutable(NICE)) {
      // Searches go before ingestion.
      command.addAll(List.of(NICE.toString(), "-n", "10"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + config.heap().bytes() / 1024 + "k",
            "-Xms16m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ActiveProcessorCount=1",
            "-XX:MaxMetaspaceSize=160m",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:+ExitOnOutOfMemoryError",
            // What the JVM says at its end must not be among the replies.
            "-XX:+DisplayVMOutputToStderr",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + temporary.resolve("crash.log"),
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=30",
            "-Xshare:auto"));
    properties(temporary, fonts).forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add("-cp");
    command.add(classPath());
    command.add(program.getName());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temporary.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().retainAll(KEPT_VARIABLES);
    return builder.start();
  }

  private static Map<String, String> properties(Path temporary, Path fonts) {
    return Map.ofEntries(
        Map.entry("java.io.tmpdir", temporary.toString()),
        Map.entry("user.home", temporary.toString()),
        Map.entry("pdfbox.fontcache", fonts.toString()),
        Map.entry("java.awt.headless", "true"),
        Map.entry("file.encoding", "UTF-8"),
        Map.entry("logback.configurationFile", SILENT_LOG),
        // No name of a host has an address.
        Map.entry("jdk.net.hosts.file", "/dev/null"),
        Map.entry("javax.xml.accessExternalDTD", ""),
        Map.entry("javax.xml.accessExternalSchema", ""),
        Map.entry("javax.xml.accessExternalStylesheet", ""),
        Map.entry("jdk.xml.entityExpansionLimit", "1000"),
        Map.entry("jdk.xml.totalEntitySizeLimit", "1000000"));
  }

  /** Absolute, as the process runs in a folder of its own. */
  private static String classPath() {
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(own.split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
