package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.process.Latencies;
import io.ruche.standalone.bench.process.Percentiles;
import io.ruche.standalone.bench.proxy.Connections.Connection;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/** Whole answers asked for, as fast as they come or at a fixed rate. */
final class Load {

  private static final String COMMANDS = "/v1/commands/chat";
  private static final int MOST_LATENCIES = 4_000_000;
  private static final long IDLE_MILLIS = 10_000;
  private static final long LAST_ANSWERS_NANOS = 5_000_000_000L;

  /** A nap of less than a millisecond, which a selector cannot wait. */
  private static final long NAP_NANOS = 50_000;

  private static final long MILLI = 1_000_000;

  private final int port;
  private final ByteBuffer question;

  /**
   * @param bytes of the question's body, or somewhat more when it is very short
   */
  Load(int port, String headers, int bytes) {
    this(port, question(port, headers, Provider.question(bytes, false)));
  }

  private Load(int port, ByteBuffer question) {
    this.port = port;
    this.question = question;
  }

  /** Commands that ask for a chat, each without an id and so a new one. */
  static Load ofCommands(int port, String headers) {
    return new Load(port, question(port, COMMANDS, headers, Provider.question(0, false)));
  }

  /**
   * One request.
   *
   * @param headers whole lines beside those that every request has
   */
  static ByteBuffer question(int port, String headers, String body) {
    return question(port, Provider.PATH, headers, body);
  }

  private static ByteBuffer question(int port, String path, String headers, String body) {
    String head =
        """
        POST %s HTTP/1.1\r
        host: 127.0.0.1:%d\r
        %scontent-type: application/json\r
        content-length: %d\r
        \r
        """
            .formatted(path, port, headers, body.length());
    byte[] bytes = (head + body).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** So many connections, each of which asks again when it has its answer. */
  JsonObject closed(int number, double seconds) throws IOException {
    long[] latencies = new long[MOST_LATENCIES];
    int[] answers = {0};
    try (Connections connections = new Connections(port)) {
      for (int i = 0; i < number; i++) {
        connections.open().ask(question);
      }
      long began = System.nanoTime();
      long end = began + (long) (seconds * 1e9);
      while (System.nanoTime() < end) {
        int ready =
            connections.turn(
                IDLE_MILLIS,
                connection -> {
                  if (connection.isAnswered()) {
                    if (answers[0] < MOST_LATENCIES) {
                      latencies[answers[0]] = System.nanoTime() - connection.sentAt;
                    }
                    answers[0]++;
                    connection.ask(question);
                  }
                });
        if (ready == 0) {
          throw new IOException("no answer for " + IDLE_MILLIS + " ms");
        }
      }
      double took = (System.nanoTime() - began) / 1e9;
      return Percentiles.of(latencies, answers[0])
          .put("answers", answers[0])
          .put("rate", answers[0] / took);
    }
  }

  /**
   * So many questions a second, whether the answers come or not: each is due at its time, and late
   * is late.
   *
   * @param number of connections, one question at a time on each, all used in turn: one that lies
   *     unused is closed by a careful server
   */
  JsonObject paced(int number, double seconds, int rate) throws IOException {
    int most = (int) (rate * seconds);
    Latencies latencies = new Latencies(most, 1_000_000_000L / rate);
    Deque<Connection> free = new ArrayDeque<>();
    try (Connections connections = new Connections(port)) {
      for (int i = 0; i < number; i++) {
        free.add(connections.open());
      }
      latencies.begin(System.nanoTime());
      int sent = 0;
      long bound = System.nanoTime() + (long) (seconds * 1e9) + LAST_ANSWERS_NANOS;
      while ((sent < most || free.size() < number) && System.nanoTime() < bound) {
        while (sent < most && !free.isEmpty() && latencies.untilDue(sent) <= 0) {
          Connection connection = free.remove();
          connection.index = sent++;
          connection.ask(question);
        }
        connections.turn(
            pause(sent < most ? latencies.untilDue(sent) : MILLI, free),
            connection -> {
              if (connection.isAnswered()) {
                latencies.came(connection.index, System.nanoTime());
                free.add(connection);
              }
            });
      }
      return latencies.toJson(most);
    }
  }

  /** Milliseconds for the selector, after a nap where that is too coarse. */
  private static long pause(long untilDue, Deque<Connection> free) {
    if (free.isEmpty() || untilDue > 2 * MILLI) {
      return 1;
    }
    if (untilDue > 0) {
      LockSupport.parkNanos(Math.min(untilDue, NAP_NANOS));
    }
    return 0;
  }
}
