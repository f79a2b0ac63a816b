package io.ruche.standalone.stores;

import io.ruche.standalone.machine.ChildProcess;
import io.ruche.standalone.machine.ChildProcess.Progress;
import io.ruche.standalone.machine.DataFolder;
import io.ruche.standalone.machine.StartFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Redis server of our own, in a process of its own, on 127.0.0.1 and with a password. */
public final class EmbeddedRedis {
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration LOADING = Duration.ofMinutes(10);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final int PROBE_MILLIS = 500;

  private final Role role;
  private final int port;
  private final String password;
  private final Path bin;
  private final Path config;
  private final ChildProcess process;

  /** What a Redis is for, which decides how it keeps its data. */
  public enum Role {
    /**
     * The bus: an answer means that the write is on the disk, and when the memory is full a write
     * is refused, never another one forgotten.
     */
    BUS(
        "redis-bus",
        """
        appendonly yes
        appendfsync always
        maxmemory-policy noeviction
        auto-aof-rewrite-min-size 256mb
        """),
    /** Limits and caches: a second may be lost, and what has a lifetime makes room when full. */
    HOT(
        "redis-hot",
        """
        appendonly yes
        appendfsync everysec
        maxmemory-policy volatile-lru
        auto-aof-rewrite-min-size 64mb
        """);

    private final String folder;
    private final String keeping;

    Role(String folder, String keeping) {
      this.folder = folder;
      this.keeping = keeping;
    }

    /** Its folder below the data folder, and its name in logs and messages. */
    String folder() {
      return folder;
    }
  }

  /**
   * Takes its folders; nothing runs before {@link #start()}.
   *
   * @param maxMemory bytes of data before the role's policy sets in
   */
  public EmbeddedRedis(DataFolder data, Role role, int port, long maxMemory) {
    this.role = role;
    this.port = port;
    this.password = data.secret(role.folder + ".password");
    this.bin = data.programs();
    Path folder = data.folder(role.folder);
    this.config = folder.resolve("redis.conf");
    this.process =
        new ChildProcess(
            role.folder,
            data.folder("log").resolve(role.folder + ".log"),
            () -> DataFolder.writeSecret(config, config(folder, maxMemory)));
  }

  /** Starts it and waits until it answers, which takes as long as its data take to be read. */
  public void start() {
    Path binary = RedisBinary.in(bin);
    process.start(List.of(binary.toString(), config.toString()), this::ask, START, LOADING);
  }

  /** Ends it, with everything written. */
  public void stop() {
    process.stop(STOP);
  }

  /** {@code redis://:PASSWORD@127.0.0.1:PORT}. */
  public URI url() {
    return URI.create("redis://:" + password + "@127.0.0.1:" + port);
  }

  /** The process, for those that watch or kill it. */
  public ChildProcess process() {
    return process;
  }

  private String config(Path folder, long maxMemory) {
    return """
    # Written at every start; changes here are lost.
    bind 127.0.0.1
    port %d
    protected-mode yes
    requirepass %s
    dir "%s"
    daemonize no
    set-proc-title no
    save ""
    maxmemory %d
    aof-load-truncated yes
    aof-use-rdb-preamble yes
    auto-aof-rewrite-percentage 100
    tcp-keepalive 60
    lazyfree-lazy-eviction yes
    lazyfree-lazy-expire yes
    %s"""
        .formatted(port, password, folder, maxMemory, role.keeping);
  }

  private Progress ask() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PROBE_MILLIS);
      socket.setSoTimeout(PROBE_MILLIS);
      socket
          .getOutputStream()
          .write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String auth = String.valueOf(answers.readLine());
      String ping = String.valueOf(answers.readLine());
      if (auth.startsWith("-WRONGPASS") || auth.startsWith("-ERR")) {
        throw new StartFailure(
            "Something that is not our %s answers on port %d: %s"
                .formatted(role.folder, port, auth));
      }
      if (ping.startsWith("-LOADING")) {
        return Progress.LOADING;
      }
      return ping.equals("+PONG") ? Progress.READY : Progress.STARTING;
    } catch (IOException e) {
      return Progress.STARTING;
    }
  }
}
