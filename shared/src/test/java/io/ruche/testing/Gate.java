package io.ruche.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port that leads to another port, and can be shut and opened: a network that fails. */
public final class Gate implements AutoCloseable {

  private final int target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket door;
  private volatile boolean shut;

  private Gate(int target, boolean shut) throws IOException {
    this.target = target;
    this.port = Ports.free();
    this.shut = shut;
    this.door = new ServerSocket();
    if (!shut) {
      open();
    }
  }

  public static Gate openTo(int target) throws IOException {
    return new Gate(target, false);
  }

  public static Gate shutBefore(int target) throws IOException {
    return new Gate(target, true);
  }

  public int port() {
    return port;
  }

  /** Listens, and leads to the target. */
  public void open() throws IOException {
    ServerSocket fresh = new ServerSocket();
    fresh.setReuseAddress(true);
    fresh.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    shut = false;
    door = fresh;
    Thread.startVirtualThread(() -> accept(fresh));
  }

  /** Cuts every connection and refuses new ones. */
  public void shut() throws IOException {
    shut = true;
    door.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  @Override
  public void close() throws IOException {
    shut();
  }

  private void accept(ServerSocket listening) {
    try {
      while (true) {
        lead(listening.accept());
      }
    } catch (IOException closed) {
      // The gate was shut.
    }
  }

  private void lead(Socket near) throws IOException {
    Socket far;
    try {
      far = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException away) {
      near.close();
      return;
    }
    sockets.add(near);
    sockets.add(far);
    if (shut) {
      near.close();
      far.close();
    }
    Thread.startVirtualThread(() -> carry(near, far));
    Thread.startVirtualThread(() -> carry(far, near));
  }

  private void carry(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException closed) {
      // The other end hears of it by its own socket, which is closed as well.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }
}
