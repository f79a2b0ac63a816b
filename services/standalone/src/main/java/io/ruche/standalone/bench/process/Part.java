package io.ruche.standalone.bench.process;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A part of the benchmark in a JVM of its own, which answers each line with a line of JSON. Its
 * input ends when this process does, however that ends, and then it ends too.
 */
public final class Part implements AutoCloseable {

  private static final Duration READY = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(25);
  private static final int TAIL_LINES = 12;
  private static final String END = "";

  private final String name;
  private final Process process;
  private final Path log;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Writer requests;

  private Part(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
  }

  /**
   * Starts {@code main} with the class path of this JVM and waits until it listens.
   *
   * @param folder where its log goes
   * @param heap at most, such as {@code 512m}
   */
  public static Part start(String name, Path folder, String heap, Class<?> main, String... args)
      throws IOException {
    return start(name, folder, heap, Map.of(), main, args);
  }

  /**
   * The same with variables of its own; of this process's it gets none that configure Ruche.
   *
   * @param variables by name
   */
  public static Part start(
      String name,
      Path folder,
      String heap,
      Map<String, String> variables,
      Class<?> main,
      String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            // As ruche starts a service.
            "-Dvertx.disableTCCL=true",
            "-Dvertx.disableContextTimings=true",
            "-Xms128m",
            "-Xmx" + heap));
    // For a profile of one part: -Druche.bench.jvm.NAME="-XX:StartFlightRecording:..."
    String extra = System.getProperty("ruche.bench.jvm." + name, "");
    extra.lines().flatMap(line -> List.of(line.split(" ")).stream()).forEach(command::add);
    command.removeIf(String::isEmpty);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder
        .environment()
        .keySet()
        .removeIf(key -> key.startsWith("RUCHE_") || key.startsWith("GROQ_"));
    builder.environment().putAll(variables);
    Part part = new Part(name, builder.start(), log);
    Thread.ofVirtual().start(part::gather);
    part.answer(READY);
    return part;
  }

  private void gather() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        // The JVM itself may say something on standard output too.
        if (line.startsWith("{")) {
          lines.add(line);
        }
      }
    } catch (IOException closed) {
      // The process has ended, which the end mark tells.
    }
    lines.add(END);
  }

  /** Sends one line and waits for the answer. */
  public JsonObject ask(Duration atMost, Object... words) {
    tell(words);
    return answer(atMost);
  }

  /** Sends one line; the answer is fetched later by {@link #answer}. */
  public void tell(Object... words) {
    StringBuilder line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    try {
      requests.write(line.append('\n').toString());
      requests.flush();
    } catch (IOException e) {
      throw failure("does not listen any more");
    }
  }

  /** The next line that it says. */
  public JsonObject answer(Duration atMost) {
    try {
      String line = lines.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        throw failure("gave no answer within " + atMost.toSeconds() + " s");
      }
      if (line.equals(END)) {
        throw failure("ended");
      }
      return new JsonObject(line);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was waited for, which was interrupted");
    }
  }

  private IllegalStateException failure(String what) {
    return new IllegalStateException(
        "its process '%s' %s; %s ends with:%n%s".formatted(name, what, log, tail()));
  }

  private String tail() {
    try {
      List<String> all = Files.readAllLines(log);
      return String.join("\n", all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()));
    } catch (IOException e) {
      return "(cannot be read: " + e.getMessage() + ")";
    }
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends its input, which it answers by ending, and kills it when it does not. */
  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException gone) {
      // It has ended already.
    }
    try {
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
