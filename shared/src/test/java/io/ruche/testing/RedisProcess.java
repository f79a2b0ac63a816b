package io.ruche.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis with durable appends, in a process of its own that can be killed and started again.
 */
public final class RedisProcess implements AutoCloseable {

  private final Path program;
  private final Path folder;
  private final int port;
  private final List<String> settings;
  private Process process;

  private RedisProcess(Path program, Path folder, int port, List<String> settings) {
    this.program = program;
    this.folder = folder;
    this.port = port;
    this.settings = settings;
  }

  /** Starts a Redis with {@code appendfsync always} on a free port. */
  public static RedisProcess start(String... settings) throws IOException {
    return start(executable(), settings);
  }

  /** As {@link #start(String...)}, with a program of this machine. */
  public static RedisProcess start(Path program, String... settings) throws IOException {
    RedisProcess redis =
        new RedisProcess(program, TestFolder.make("redis"), Ports.free(), List.of(settings));
    redis.launch();
    return redis;
  }

  /** Starts it again on the same port and data. */
  public void launch() throws IOException {
    launch(List.of());
  }

  /** Whether {@link #launchWithClock} can work here. */
  public static boolean canHaveAnotherClock() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "faketime")));
  }

  /**
   * Starts it again with another wall clock; needs {@code faketime}.
   *
   * @param offset such as {@code -1h}
   */
  public void launchWithClock(String offset) throws IOException {
    launch(List.of("faketime", "-f", offset));
  }

  private void launch(List<String> prefix) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(program.toString());
    command.addAll(
        List.of(
            "--port",
            "" + port,
            "--bind",
            "127.0.0.1",
            "--dir",
            folder.toString(),
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--maxmemory-policy",
            "noeviction"));
    command.addAll(settings);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    Ports.awaitOpen(port);
  }

  /**
   * The embedded one, or another one by {@code -Druche.test.redis-server=/usr/bin/redis-server}.
   */
  private static Path executable() throws IOException {
    String other = System.getProperty("ruche.test.redis-server", "");
    return other.isEmpty()
        ? ExecutableProvider.newJarResourceProvider().get().toPath().toAbsolutePath()
        : Path.of(other);
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  public Process process() {
    return process;
  }

  /** kill -9 */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
    TestFolder.delete(folder);
  }
}
