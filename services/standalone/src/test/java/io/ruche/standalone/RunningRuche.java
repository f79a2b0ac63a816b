package io.ruche.standalone;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** {@code ruche} in processes of their own, as a user starts it, with stores in a folder. */
final class RunningRuche implements AutoCloseable {

  private final Path folder;
  private final Map<String, String> environment = new TreeMap<>();
  private final List<Process> started = new ArrayList<>();
  private final int api = free();
  private final int management = free();
  private final int embed = free();
  private final int mqtt = free();

  /**
   * @param settings more of {@code ai-proxy.yaml}
   * @param provider where what is asked of Groq goes
   */
  RunningRuche(Path folder, String settings, int provider) throws IOException {
    this.folder = folder;
    Path configs = Files.createDirectories(folder.resolve("configs"));
    configure(settings);
    Files.writeString(
        configs.resolve("embed-service.yaml"),
        "port: " + embed + "\nmanagement-port: " + free() + "\n");
    environment.putAll(
        Map.of(
            "RUCHE_CONFIG", configs.toString(),
            "RUCHE_DATA", folder.resolve("data").toString(),
            "RUCHE_MQTT_PORT", "" + mqtt,
            "RUCHE_REDIS_PORT", "" + free(),
            "RUCHE_HOT_REDIS_PORT", "" + free(),
            "RUCHE_POSTGRES_PORT", "" + free(),
            "RUCHE_S3_PORT", "" + free(),
            "GROQ_API_KEY", "gsk_test",
            "GROQ_BASE_URL", "http://127.0.0.1:" + provider + "/openai/v1"));
  }

  /** Writes other settings of ai-proxy, which are in force soon after. */
  void configure(String settings) throws IOException {
    Files.writeString(
        folder.resolve("configs/ai-proxy.yaml"),
        "port: " + api + "\nmanagement-port: " + management + "\n" + settings);
  }

  /** Sets a variable for what is started from now on. */
  void variable(String name, String value) {
    environment.put(name, value);
  }

  /** A port that was free a moment ago. */
  static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Where ai-proxy's API listens. */
  int api() {
    return api;
  }

  /** Where embed-service's API listens. */
  int embed() {
    return embed;
  }

  /** Where health and metrics are. */
  int management() {
    return management;
  }

  /** Where the broker listens. */
  int mqtt() {
    return mqtt;
  }

  /** What {@code up} has said so far, in all its runs. */
  String said() throws IOException {
    Path log = folder.resolve("up.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** Starts everything, and waits until it is ready. */
  Process up() throws IOException {
    int before = said().length();
    Process process =
        java("up")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("up.log").toFile()))
            .start();
    started.add(process);
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> said().substring(before).contains("Ready after"));
    return process;
  }

  /** Runs a command to its end and gives its standard output. */
  String run(String... args) throws Exception {
    Path log = folder.resolve("cli.log");
    Process process = java(args).redirectError(log.toFile()).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    assertEquals(0, code, Files.readString(log));
    return answer;
  }

  private ProcessBuilder java(String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-Xlog:disable",
            "-cp",
            System.getProperty("java.class.path"),
            "io.ruche.standalone.Ruche"));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder;
  }

  @Override
  public void close() {
    for (Process process : started) {
      process.destroy();
      process
          .onExit()
          .orTimeout(30, TimeUnit.SECONDS)
          .exceptionallyCompose(late -> process.destroyForcibly().onExit())
          .join();
    }
  }
}
