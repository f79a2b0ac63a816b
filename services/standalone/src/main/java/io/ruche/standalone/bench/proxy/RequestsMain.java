package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.process.Answers;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The load: so many connections, each of which asks again when it has its answer. One thread over
 * bare sockets, in a process of its own: it runs wherever Java does and takes less of the machine
 * than an HTTP client would.
 */
public final class RequestsMain {

  private static final int MOST_LATENCIES = 4_000_000;
  private static final int LONGEST_ANSWER = 64 << 10;
  private static final long IDLE_MILLIS = 10_000;

  private final ByteBuffer request;
  private final InetSocketAddress server;
  private final long[] latencies = new long[MOST_LATENCIES];
  private int answers;

  private RequestsMain(int port, String key) {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    String head =
        """
        POST %s HTTP/1.1\r
        host: 127.0.0.1:%d\r
        authorization: Bearer %s\r
        content-type: application/json\r
        content-length: %d\r
        \r
        """
            .formatted(Provider.PATH, port, key, Provider.QUESTION.length());
    byte[] bytes = (head + Provider.QUESTION).getBytes(StandardCharsets.US_ASCII);
    request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** No arguments; a line is {@code load PORT KEY CONNECTIONS SECONDS}. */
  public static void main(String[] args) throws Exception {
    PrintStream out = Answers.takeStandardOut();
    Answers.serve(
        out,
        (verb, words) ->
            new RequestsMain(Integer.parseInt(words.get(0)), words.get(1))
                .run(Integer.parseInt(words.get(2)), Double.parseDouble(words.get(3))));
    System.exit(0);
  }

  /** One connection and the answer that it is reading. */
  private static final class Exchange {
    final ByteBuffer in = ByteBuffer.allocate(LONGEST_ANSWER);
    long sentAt;
  }

  private JsonObject run(int connections, double seconds) throws IOException {
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        SocketChannel channel = SocketChannel.open(server);
        channel.socket().setTcpNoDelay(true);
        channel.configureBlocking(false);
        Exchange exchange = new Exchange();
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ, exchange);
        ask((SocketChannel) key.channel(), exchange);
      }
      long began = System.nanoTime();
      long end = began + (long) (seconds * 1e9);
      while (System.nanoTime() < end) {
        if (selector.select(IDLE_MILLIS) == 0) {
          throw new IOException("no answer for " + IDLE_MILLIS + " ms");
        }
        for (SelectionKey key : selector.selectedKeys()) {
          read((SocketChannel) key.channel(), (Exchange) key.attachment());
        }
        selector.selectedKeys().clear();
      }
      double took = (System.nanoTime() - began) / 1e9;
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      return result(took);
    }
  }

  private JsonObject result(double seconds) {
    long[] sorted = Arrays.copyOf(latencies, Math.min(answers, MOST_LATENCIES));
    Arrays.sort(sorted);
    return new JsonObject()
        .put("answers", answers)
        .put("rate", answers / seconds)
        .put("p50", sorted.length == 0 ? 0 : sorted[sorted.length / 2] / 1e6)
        .put("p99", sorted.length == 0 ? 0 : sorted[(int) (sorted.length * 0.99)] / 1e6);
  }

  private void ask(SocketChannel channel, Exchange exchange) throws IOException {
    exchange.in.clear();
    exchange.sentAt = System.nanoTime();
    ByteBuffer once = request.duplicate();
    while (once.hasRemaining()) {
      // Less than a socket's buffer, so this does not spin.
      channel.write(once);
    }
  }

  private void read(SocketChannel channel, Exchange exchange) throws IOException {
    if (channel.read(exchange.in) < 0) {
      throw new IOException("the server closed a connection");
    }
    if (AnswerEnd.isReached(exchange.in.array(), exchange.in.position())) {
      if (answers < MOST_LATENCIES) {
        latencies[answers] = System.nanoTime() - exchange.sentAt;
      }
      answers++;
      ask(channel, exchange);
    } else if (!exchange.in.hasRemaining()) {
      throw new IOException("an answer is longer than " + LONGEST_ANSWER + " bytes");
    }
  }

  /** {@code load PORT KEY CONNECTIONS SECONDS} as words. */
  static Object[] load(int port, String key, int connections, double seconds) {
    return List.<Object>of("load", port, key, connections, seconds).toArray();
  }
}
