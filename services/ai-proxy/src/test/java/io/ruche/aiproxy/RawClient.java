package io.ruche.aiproxy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that writes and reads bytes, and can be slow, rude or gone. Reads wait 30 s at most. */
public final class RawClient implements AutoCloseable {

  private static final int WAIT_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;

  public RawClient(int port) throws IOException {
    socket = new Socket();
    socket.setReceiveBufferSize(64 * 1024);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(WAIT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Writes text as it is. */
  public RawClient write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** Writes the head of a chat request: its version, and headers as they are. */
  public RawClient head(String version, String... headers) throws IOException {
    return write(
        "POST /v1/chat/completions HTTP/%s\r\nHost: x\r\n%s\r\n\r\n"
            .formatted(version, String.join("\r\n", headers)));
  }

  /** Writes a chat request of HTTP/1.1 with a body. */
  public RawClient chat(String body) throws IOException {
    return head("1.1", "Content-Length: " + body.length()).write(body);
  }

  /** Reads until the text has come; fails when the connection ends before. */
  public String readUntil(String text) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.length() < text.length() || read.indexOf(text, read.length() - text.length()) < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("ended without '" + text + "' after: " + read);
      }
      read.append((char) b);
    }
    return read.toString();
  }

  /** Reads to the end of the connection. */
  public String readToEnd() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Leaves without a word, whatever is still to come. */
  public void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    leave();
  }
}
