package io.ruche.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A real PostgreSQL that can be killed, stopped and started again on the same port and data. */
public final class PostgresProcess implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofSeconds(30);

  private final Path folder;
  private final int port;
  private final AtomicInteger databases = new AtomicInteger();
  private EmbeddedPostgres server;

  private PostgresProcess(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    this.server = launched();
  }

  /** Starts an empty server on a free port; the superuser {@code postgres} needs no password. */
  public static PostgresProcess start() throws IOException {
    return new PostgresProcess(TestFolder.make("postgres"), Ports.free());
  }

  /** Starts it again; what the killed one left behind may hold the data for a moment. */
  public void launch() {
    Awaitility.await()
        .atMost(LONGEST_START)
        .ignoreExceptions()
        .until(
            () -> {
              server = launched();
              return true;
            });
  }

  /** kill -9 of the server's main process; its children follow by themselves. */
  public void kill() throws IOException {
    main().destroyForcibly();
    main().onExit().join();
    server.close();
  }

  /** SIGSTOP or SIGCONT, to the main process and its children. */
  public void signal(String signal) throws IOException, InterruptedException {
    StringBuilder pids = new StringBuilder().append(main().pid());
    main().descendants().forEach(child -> pids.append(' ').append(child.pid()));
    new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pids).start().waitFor();
  }

  public int port() {
    return port;
  }

  public String url(String database) {
    return "postgresql://postgres@127.0.0.1:" + port + "/" + database;
  }

  /** Makes an empty database and answers its name. */
  public String newDatabase() throws SQLException {
    String name = "test_" + databases.incrementAndGet();
    run("postgres", "CREATE DATABASE " + name);
    return name;
  }

  /** Runs statements in the database, apart from any code under test. */
  public void run(String database, String sql) throws SQLException {
    try (Connection connection = server.getDatabase("postgres", database).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row, as text. */
  public String read(String database, String sql) throws SQLException {
    try (Connection connection = server.getDatabase("postgres", database).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    TestFolder.delete(folder);
  }

  private EmbeddedPostgres launched() throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(folder)
        .setCleanDataDirectory(false)
        .setPort(port)
        // The embedded server's defaults trade durability for speed and lose commits in a kill.
        .setServerConfig("fsync", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  private ProcessHandle main() throws IOException {
    String pid = Files.readAllLines(folder.resolve("postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }
}
