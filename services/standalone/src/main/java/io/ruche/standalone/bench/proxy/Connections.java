package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.process.AnswerEnd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * Connections to one server, all on one thread over bare sockets: it runs wherever Java does and
 * takes less of the machine than an HTTP client would.
 */
final class Connections implements AutoCloseable {

  private static final int LONGEST_ANSWER = 64 << 10;

  private final InetSocketAddress server;
  private final Selector selector;

  /** Hears of bytes, which lie in {@link Connection#in}. */
  interface Listener {
    void read(Connection connection) throws IOException;
  }

  Connections(int port) throws IOException {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    selector = Selector.open();
  }

  /** One connection, what it has still to write and what it has read. */
  static final class Connection {

    private final SocketChannel channel;
    private final SelectionKey key;
    final ByteBuffer in;
    private ByteBuffer out = ByteBuffer.allocate(0);

    /** When the question was sent. */
    long sentAt;

    /** Which question of the load it was. */
    int index;

    private Connection(SocketChannel channel, Selector selector, int mostRead) throws IOException {
      this.channel = channel;
      this.key = channel.register(selector, SelectionKey.OP_READ, this);
      this.in = ByteBuffer.allocate(mostRead);
    }

    /** Whether the first whole answer has come. */
    boolean isAnswered() throws IOException {
      if (AnswerEnd.isReached(in.array(), in.position())) {
        return true;
      }
      if (!in.hasRemaining()) {
        throw new IOException("an answer is longer than " + in.capacity() + " bytes");
      }
      return false;
    }

    /** Sends a question, as much of it as the socket takes now and the rest as it can. */
    void ask(ByteBuffer question) throws IOException {
      in.clear();
      sentAt = System.nanoTime();
      out = question.duplicate();
      write();
    }

    private void write() throws IOException {
      channel.write(out);
      key.interestOps(
          out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }
  }

  /** A connection for answers of usual length. */
  Connection open() throws IOException {
    return open(LONGEST_ANSWER);
  }

  /**
   * Opens one more.
   *
   * @param mostRead bytes that {@link Connection#in} holds
   */
  Connection open(int mostRead) throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.socket().setTcpNoDelay(true);
    channel.configureBlocking(false);
    return new Connection(channel, selector, mostRead);
  }

  /**
   * Reads and writes what can be, after waiting for so many milliseconds at most; 0 does not wait.
   *
   * @return how many connections could go on
   */
  int turn(long millis, Listener listener) throws IOException {
    int ready = millis == 0 ? selector.selectNow() : selector.select(millis);
    for (SelectionKey key : selector.selectedKeys()) {
      Connection connection = (Connection) key.attachment();
      if (key.isWritable()) {
        connection.write();
      }
      if (key.isReadable()) {
        if (connection.channel.read(connection.in) < 0) {
          throw new IOException("the server closed a connection");
        }
        listener.read(connection);
      }
    }
    selector.selectedKeys().clear();
    return ready;
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
