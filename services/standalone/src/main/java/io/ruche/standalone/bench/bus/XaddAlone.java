package io.ruche.standalone.bench.bus;

import io.ruche.standalone.machine.OnPath;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What the same Redis reaches with plain XADDs of 256 bytes: by redis-benchmark when it is
 * installed, otherwise by a loop of its own over bare sockets.
 */
final class XaddAlone {

  /** How many connections, and how many requests are under way on each. */
  enum Shape {
    ONE("1 connection", 1, 1),
    PIPELINED("1 connection, pipeline 64", 1, 64),
    MANY("50 connections, pipeline 16", 50, 16);

    final String label;
    final int connections;
    final int pipeline;

    Shape(String label, int connections, int pipeline) {
      this.label = label;
      this.connections = connections;
      this.pipeline = pipeline;
    }
  }

  private static final String STREAM = "bench:alone";
  private static final int PROBE = 200;
  private static final int MOST = 2_000_000;
  private static final long BOUND_SECONDS = 60;

  private final URI redis;
  private final Optional<Path> program;

  XaddAlone(URI redis) {
    this.redis = redis;
    this.program = OnPath.find("redis-benchmark");
  }

  /** What does it, for the reader. */
  String by() {
    return program.isPresent() ? "redis-benchmark" : "a loop over bare sockets";
  }

  /** XADDs a second, measured for about so long after a short probe. */
  double measure(Shape shape, double seconds) throws IOException, InterruptedException {
    int probe = PROBE * shape.connections * Math.min(shape.pipeline, 16);
    double expected = rate(shape, probe);
    double rate = rate(shape, (int) Math.clamp(expected * seconds, probe, MOST));
    try (Socket socket = connect()) {
      exchange(socket, request("UNLINK", STREAM), 1);
    }
    return rate;
  }

  private double rate(Shape shape, int count) throws IOException, InterruptedException {
    return program.isPresent() ? byProgram(program.get(), shape, count) : byLoop(shape, count);
  }

  private double byProgram(Path binary, Shape shape, int count)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(binary.toString(), "-h", "127.0.0.1", "-p", "" + redis.getPort()));
    // Visible to others on this machine, for a Redis that is thrown away after the run.
    command.addAll(List.of("-a", password(), "--csv", "-n", "" + count));
    command.addAll(List.of("-c", "" + shape.connections, "-P", "" + shape.pipeline));
    command.addAll(List.of("XADD", STREAM, "*", "data", "x".repeat(Message.BYTES)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String last = "";
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line.startsWith("\"") ? line : last;
      }
    }
    if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    String[] cells = last.split("\",\"", -1);
    if (cells.length < 2) {
      throw new IOException("redis-benchmark gave no figure");
    }
    return Double.parseDouble(cells[1].replace("\"", ""));
  }

  private double byLoop(Shape shape, int count) throws InterruptedException, IOException {
    byte[] batch =
        request("XADD", STREAM, "*", "data", "x".repeat(Message.BYTES))
            .repeat(shape.pipeline)
            .getBytes(StandardCharsets.US_ASCII);
    int rounds = Math.max(1, count / shape.connections / shape.pipeline);
    long began = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> connections = new ArrayList<>();
      for (int i = 0; i < shape.connections; i++) {
        connections.add(threads.submit(() -> repeat(batch, shape.pipeline, rounds)));
      }
      for (Future<?> connection : connections) {
        connection.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("XADD failed: " + e.getCause(), e);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    return (double) rounds * shape.pipeline * shape.connections / seconds;
  }

  private Void repeat(byte[] batch, int replies, int rounds) throws IOException {
    try (Socket socket = connect()) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int i = 0; i < rounds; i++) {
        socket.getOutputStream().write(batch);
        for (int reply = 0; reply < replies; reply++) {
          // A bulk string: its length, then the entry's id.
          skipLine(in);
          skipLine(in);
        }
      }
      return null;
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.getPort());
    socket.setTcpNoDelay(true);
    exchange(socket, request("AUTH", password()), 1);
    return socket;
  }

  private String password() {
    return redis.getUserInfo().substring(1);
  }

  private static void exchange(Socket socket, String request, int lines) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < lines; i++) {
      skipLine(socket.getInputStream());
    }
  }

  private static void skipLine(InputStream in) throws IOException {
    boolean error = false;
    int at = 0;
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("Redis closed the connection");
      }
      error |= at++ == 0 && next == '-';
    }
    if (error) {
      throw new IOException("Redis refused what the benchmark sent");
    }
  }

  private static String request(String... words) {
    StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return request.toString();
  }
}
