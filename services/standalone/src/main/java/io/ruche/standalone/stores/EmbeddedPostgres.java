package io.ruche.standalone.stores;

import io.ruche.standalone.machine.ChildProcess;
import io.ruche.standalone.machine.ChildProcess.Progress;
import io.ruche.standalone.machine.DataFolder;
import io.ruche.standalone.machine.LeftOvers;
import io.ruche.standalone.machine.StartFailure;
import io.ruche.standalone.machine.Unprivileged;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL server of our own, in a process of its own, on 127.0.0.1, with a random password
 * (SCRAM) and every commit on the disk before it is answered.
 */
public final class EmbeddedPostgres {
  private static final String USER = "ruche";
  private static final String DATABASE = "ruche";
  private static final String INSTEAD = "set RUCHE_POSTGRES_URL to use another PostgreSQL";
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration RECOVERING = Duration.ofMinutes(10);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final Duration ORPHANS = Duration.ofSeconds(10);
  private static final long INITDB_SECONDS = 120;
  private static final String STARTING_UP = "57P03";
  private static final String WRONG_PASSWORD = "28P01";

  private final int port;
  private final String password;
  private final Path secret;
  private final Path folder;
  private final Path log;
  private final DataFolder data;
  private Path home;
  private final ChildProcess process;

  /** Takes its folders; nothing runs before {@link #start()}. */
  public EmbeddedPostgres(DataFolder data, int port) {
    this.port = port;
    this.password = data.secret("postgres.password");
    this.secret = data.root().resolve("secrets").resolve("postgres.password");
    this.folder = data.root().resolve("postgres");
    this.log = data.folder("log").resolve("postgres.log");
    this.data = data;
    this.home = PostgresBinaries.home(data.programs());
    this.process = new ChildProcess("postgres", log, this::prepare);
  }

  /** Starts it and waits until it serves; the first time it creates the cluster. */
  public void start() {
    Unprivileged unprivileged = Unprivileged.find("PostgreSQL", data.root(), INSTEAD);
    home = PostgresBinaries.in(unprivileged.isStranger() ? data.openPrograms() : data.programs());
    try {
      if (!Files.exists(folder)) {
        create(unprivileged);
      }
      refuseOtherVersion();
      unprivileged.own(folder);
    } catch (IOException e) {
      throw new StartFailure("PostgreSQL cannot use %s: %s".formatted(folder, e), e);
    }
    process.start(
        unprivileged.command(
            List.of(home.resolve("bin/postgres").toString(), "-D", folder.toString())),
        this::ask,
        START,
        RECOVERING);
    createDatabase();
  }

  /** Ends its sessions and then itself. */
  public void stop() {
    process.stop(STOP);
  }

  /** {@code postgresql://ruche:PASSWORD@127.0.0.1:PORT/ruche}. */
  public URI url() {
    return URI.create(
        "postgresql://%s:%s@127.0.0.1:%d/%s".formatted(USER, password, port, DATABASE));
  }

  /** Whether it serves right now; asks it. */
  public boolean isReady() {
    return ask() == Progress.READY;
  }

  /** The process, for those that watch or kill it. */
  public ChildProcess process() {
    return process;
  }

  /** Makes the cluster beside its place and moves it there: a kill leaves none or a whole one. */
  private void create(Unprivileged unprivileged) throws IOException {
    Path fresh = folder.resolveSibling("postgres.new");
    PostgresBinaries.delete(fresh);
    List<String> command =
        unprivileged.command(
            List.of(
                home.resolve("bin/initdb").toString(),
                "--pgdata=" + fresh,
                "--username=" + USER,
                "--pwfile=" + secret,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("LC_ALL", "C");
    Process initdb = builder.start();
    try {
      if (!initdb.waitFor(INITDB_SECONDS, TimeUnit.SECONDS) || initdb.exitValue() != 0) {
        throw new StartFailure(
            "initdb could not create %s. %s has:%n%s"
                .formatted(folder, log, Files.readString(log).strip()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("interrupted while initdb ran", e);
    } finally {
      initdb.destroyForcibly();
    }
    Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  private void refuseOtherVersion() throws IOException {
    String kept = Files.readString(folder.resolve("PG_VERSION")).strip();
    String ours = PostgresBinaries.version().split("\\.", 2)[0];
    if (!kept.equals(ours)) {
      throw new StartFailure(
          "%s holds data of PostgreSQL %s, and this Ruche comes with %s. Dump them with the Ruche that wrote them, or %s."
              .formatted(folder, kept, ours, INSTEAD));
    }
  }

  private void prepare() throws IOException {
    awaitOrphans();
    // Nobody else can run on this folder: the data folder is locked and no process of ours is left.
    // A kept pid file would stop the start once another process has been given its number.
    Files.deleteIfExists(folder.resolve("postmaster.pid"));
    Files.writeString(folder.resolve("postgresql.conf"), config());
    Files.writeString(folder.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
  }

  /** After a kill of the main process its sessions still write until they notice. */
  private void awaitOrphans() {
    long deadline = System.nanoTime() + ORPHANS.toNanos();
    for (ProcessHandle orphan : LeftOvers.find(home)) {
      try {
        orphan.onExit().get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (ExecutionException | TimeoutException e) {
        orphan.destroyForcibly();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private String config() {
    return """
    # Written at every start; changes here are lost.
    listen_addresses = '127.0.0.1'
    port = %d
    unix_socket_directories = ''
    password_encryption = 'scram-sha-256'
    max_connections = 100
    shared_buffers = '64MB'
    max_wal_size = '1GB'
    timezone = 'UTC'
    log_timezone = 'UTC'
    log_line_prefix = '%%m [%%p] '
    """
        .formatted(port);
  }

  private Progress ask() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(1) ? Progress.READY : Progress.STARTING;
    } catch (SQLException e) {
      if (WRONG_PASSWORD.equals(e.getSQLState())) {
        throw new StartFailure(
            "PostgreSQL on port %d refuses the password in %s: it was made with another one, which that file must hold."
                .formatted(port, secret),
            e);
      }
      return STARTING_UP.equals(e.getSQLState()) ? Progress.LOADING : Progress.STARTING;
    }
  }

  private void createDatabase() {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
      if (!found.next()) {
        statement.execute("CREATE DATABASE " + DATABASE);
      }
    } catch (SQLException e) {
      throw new StartFailure(
          "PostgreSQL runs, but its database %s cannot be created: %s"
              .formatted(DATABASE, e.getMessage()),
          e);
    }
  }

  private Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "1");
    properties.setProperty("socketTimeout", "30");
    properties.setProperty("ApplicationName", "ruche-start");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), properties);
  }
}
