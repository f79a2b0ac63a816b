package io.ruche.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that says exactly the bytes a test wants, and reads answers with a bound. */
public final class RawConnection implements AutoCloseable {

  /** An answer as it came. */
  public record Answer(int status, Map<String, String> headers, String body) {

    /** A header by its name in lower case; empty when it did not come. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  private final Socket socket;
  private final InputStream in;

  /** Connects to the loopback address. */
  public RawConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(15_000);
    socket.setTcpNoDelay(true);
    in = socket.getInputStream();
  }

  /** One request on a connection of its own. */
  public static Answer ask(int port, String request) throws IOException {
    try (RawConnection connection = new RawConnection(port)) {
      return connection.send(request).answer();
    }
  }

  /** A request without a body; more headers each end in CRLF. */
  public static String request(String method, String path, String headers) {
    return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
  }

  /** Sends text as it is. */
  public RawConnection send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes as they are. */
  public RawConnection send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** The next answer whose length is declared; interim answers are skipped. */
  public Answer answer() throws IOException {
    Answer answer = head();
    while (answer.status() < 200) {
      answer = head();
    }
    int length = Integer.parseInt(answer.headers().getOrDefault("content-length", "0"));
    return new Answer(
        answer.status(),
        answer.headers(),
        new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  /** The head of the next answer, its body unread. */
  public Answer head() throws IOException {
    String[] status = line().split(" ", 3);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    return new Answer(Integer.parseInt(status[1]), headers, "");
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("closed after: " + line.toString(StandardCharsets.UTF_8));
      }
      if (b == '\n') {
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
      }
      line.write(b);
    }
  }

  /** Whether some bytes of an answer are here. */
  public boolean answered() throws IOException {
    return in.available() > 0;
  }

  /** Whether the server has closed, after reading what is left; waits for it with a bound. */
  public boolean closedByServer() {
    try {
      while (in.read() >= 0) {
        // What is left of an answer.
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
