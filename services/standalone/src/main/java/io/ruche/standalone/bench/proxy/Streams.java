package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.process.Percentiles;
import io.ruche.standalone.bench.proxy.Connections.Connection;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Many streams held open at once. Each piece carries the moment in which the provider wrote it, by
 * a clock that all processes of the machine share, so that its way here can be told.
 */
final class Streams {

  private static final int READ_BYTES = 4 << 10;
  private static final int MOST_PIECES = 4_000_000;
  private static final long TURN_MILLIS = 5;
  private static final byte[] STAMP = Provider.STAMP.getBytes(StandardCharsets.US_ASCII);

  private final int port;
  private final ByteBuffer question;
  private final long[] firsts;
  private final long[] ways = new long[MOST_PIECES];
  private final Set<Connection> begun = new HashSet<>();
  private int pieces;

  Streams(int port, String headers, int number) {
    this.port = port;
    this.question = Load.question(port, headers, Provider.question(0, true));
    this.firsts = new long[number];
  }

  /**
   * Opens them evenly over the first seconds and reads all for the whole time.
   *
   * @return {@code {streams, pieces, firstP50, firstP99, wayP50, wayP99, wayMax}}: from the
   *     question to the first piece, and a piece's way from the provider, in milliseconds
   */
  JsonObject hold(double openSeconds, double seconds) throws IOException {
    try (Connections connections = new Connections(port)) {
      long began = System.nanoTime();
      long end = began + (long) (seconds * 1e9);
      int opened = 0;
      while (System.nanoTime() < end) {
        double passed = (System.nanoTime() - began) / 1e9;
        int due = (int) Math.min(firsts.length, firsts.length * passed / openSeconds + 1);
        for (; opened < due; opened++) {
          connections.open(READ_BYTES).ask(question);
        }
        connections.turn(opened < firsts.length ? 1 : TURN_MILLIS, this::read);
      }
    }
    JsonObject first = Percentiles.of(firsts, begun.size());
    JsonObject way = Percentiles.of(ways, pieces);
    return new JsonObject()
        .put("streams", begun.size())
        .put("pieces", pieces)
        .put("firstP50", first.getValue("p50"))
        .put("firstP99", first.getValue("p99"))
        .put("wayP50", way.getValue("p50"))
        .put("wayP99", way.getValue("p99"))
        .put("wayMax", way.getValue("max"));
  }

  private void read(Connection connection) throws IOException {
    long now = System.nanoTime();
    ByteBuffer in = connection.in;
    int from = 0;
    for (int at = stamp(in, 0); at >= 0; at = stamp(in, from)) {
      int digits = at + STAMP.length;
      int after = digits;
      while (after < in.position() && in.get(after) >= '0' && in.get(after) <= '9') {
        after++;
      }
      if (after == in.position()) {
        break;
      }
      came(connection, now, number(in, digits, after));
      from = after;
    }
    if (from == 0 && !begun.contains(connection) && in.position() > 12 && in.get(9) != '2') {
      throw new IOException("refused: " + StandardCharsets.US_ASCII.decode(in.flip()));
    }
    // The beginning of a stamp may wait for its rest.
    int kept = Math.max(from, in.position() - 2 * STAMP.length - 20);
    in.limit(in.position()).position(kept).compact();
  }

  private void came(Connection connection, long now, long written) {
    if (begun.add(connection)) {
      firsts[begun.size() - 1] = now - connection.sentAt;
    }
    if (pieces < MOST_PIECES) {
      ways[pieces++] = now - written;
    }
  }

  private static int stamp(ByteBuffer in, int from) {
    for (int i = from; i + STAMP.length <= in.position(); i++) {
      int matched = 0;
      while (matched < STAMP.length && in.get(i + matched) == STAMP[matched]) {
        matched++;
      }
      if (matched == STAMP.length) {
        return i;
      }
    }
    return -1;
  }

  private static long number(ByteBuffer in, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + (in.get(i) - '0');
    }
    return number;
  }
}
