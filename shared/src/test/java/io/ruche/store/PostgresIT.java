package io.ruche.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.testing.Gate;
import io.ruche.testing.PostgresProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresIT {

  private static final String SCHEMA = "ruche_auth";
  private static final String COUNT = "SELECT count(*) AS n FROM ruche_auth.api_key";

  private static PostgresProcess server;

  private final Vertx vertx = Vertx.vertx();
  private String database;
  private final List<Postgres> opened = new ArrayList<>();

  @BeforeAll
  static void startServer() throws Exception {
    server = PostgresProcess.start();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void createDatabase() throws Exception {
    database = server.newDatabase();
  }

  @AfterEach
  void stop() throws Exception {
    for (Postgres postgres : opened) {
      postgres.stop().await(5, TimeUnit.SECONDS);
    }
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  @Test
  void waitsForADatabaseThatComesLate() throws Exception {
    try (Gate gate = Gate.shutBefore(server.port())) {
      Postgres postgres = open("postgresql://postgres@127.0.0.1:" + gate.port() + "/" + database);
      awaitState(postgres, State.DOWN, Duration.ofSeconds(2));
      await().until(() -> postgres.state().detail().contains(":" + gate.port()));

      gate.open();

      awaitState(postgres, State.UP, Duration.ofSeconds(10));
      assertEquals(0, count(postgres));
    }
  }

  @Test
  void comesBackAfterAKill() throws Exception {
    Postgres postgres = up();

    server.kill();
    awaitState(postgres, State.DOWN, Duration.ofSeconds(1));
    assertThrows(Exception.class, () -> count(postgres));
    server.launch();

    awaitState(postgres, State.UP, Duration.ofSeconds(10));
    await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(() -> count(postgres) == 0);
  }

  @Test
  void noticesAFrozenServerWithinASecond() throws Exception {
    Postgres postgres = up();

    server.signal("STOP");
    try {
      awaitState(postgres, State.DOWN, Duration.ofMillis(1_100));
    } finally {
      server.signal("CONT");
    }

    awaitState(postgres, State.UP, Duration.ofSeconds(10));
  }

  @Test
  void boundsTheWaitForAQuery() throws Exception {
    Postgres postgres = up();
    long began = System.nanoTime();

    assertThrows(
        Exception.class,
        () -> postgres.query("SELECT pg_sleep(60)", Tuple.tuple()).await(10, TimeUnit.SECONDS));

    long took = Duration.ofNanos(System.nanoTime() - began).toMillis();
    assertTrue(took < 2_500, "took " + took + " ms");
  }

  @Test
  void hasItsConnectionsBackAfterQueriesThatNeverEnd() throws Exception {
    Postgres postgres = up();

    for (int i = 0; i < 10; i++) {
      postgres.query("SELECT pg_sleep(60)", Tuple.tuple());
    }

    await().atMost(Duration.ofSeconds(8)).ignoreExceptions().until(() -> count(postgres) == 0);
  }

  @Test
  void hasItsConnectionsBackAfterTheServerFroze() throws Exception {
    Postgres postgres = up();
    server.signal("STOP");
    for (int i = 0; i < 10; i++) {
      postgres.query(COUNT, Tuple.tuple());
    }
    try {
      // The sockets are given up although the frozen server closes none of them.
      await().atMost(Duration.ofSeconds(6)).until(() -> connectionsTo(server.port()) == 0);
    } finally {
      server.signal("CONT");
    }

    await().atMost(Duration.ofSeconds(8)).ignoreExceptions().until(() -> count(postgres) == 0);
  }

  @Test
  void migratesOnceWhenSeveralProcessesStartAtOnce() throws Exception {
    List<Postgres> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(open(server.url(database)));
    }

    for (Postgres postgres : processes) {
      awaitState(postgres, State.UP, Duration.ofSeconds(20));
    }

    assertEquals(
        "t",
        server.read(
            database,
            "SELECT count(*) > 0 AND count(*) = count(DISTINCT version)"
                + " FROM ruche_auth.flyway_schema_history WHERE type = 'SQL'"));
  }

  @Test
  void migratesADatabaseThatCameBackEmpty() throws Exception {
    Postgres postgres = up();

    server.run(database, "DROP SCHEMA ruche_auth CASCADE");
    server.kill();
    awaitState(postgres, State.DOWN, Duration.ofSeconds(2));
    server.launch();

    await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> count(postgres) == 0);
  }

  @Test
  void rollsBackATransactionThatFails() throws Exception {
    Postgres postgres = up();

    assertThrows(
        Exception.class,
        () ->
            postgres
                .inTransaction(
                    connection ->
                        connection
                            .query("UPDATE ruche_auth.key_change SET version = 7")
                            .execute()
                            .compose(rows -> Future.failedFuture("no")))
                .await(5, TimeUnit.SECONDS));

    long version =
        postgres
            .query("SELECT version FROM ruche_auth.key_change", Tuple.tuple())
            .await(5, TimeUnit.SECONDS)
            .iterator()
            .next()
            .getLong("version");
    assertEquals(0, version);
  }

  @Test
  void saysWhyItIsDownWithoutThePassword() throws Exception {
    Postgres postgres =
        open("postgresql://postgres:hunter2@127.0.0.1:" + server.port() + "/nowhere");

    await().until(() -> postgres.state().detail().contains("nowhere\" does not exist"));

    assertFalse(postgres.state().toString().contains("hunter2"));
  }

  /** Established connections of this process to the port. */
  private static long connectionsTo(int port) throws Exception {
    String remote = String.format(":%04X 01 ", port);
    return Files.readAllLines(Path.of("/proc/self/net/tcp")).stream()
        .filter(line -> line.contains(remote))
        .count();
  }

  private Postgres up() throws Exception {
    Postgres postgres = open(server.url(database));
    awaitState(postgres, State.UP, Duration.ofSeconds(10));
    return postgres;
  }

  private Postgres open(String url) throws Exception {
    PostgresConfig config =
        new PostgresConfig(4, 16, Duration.ofSeconds(1), Duration.ofMillis(1_500));
    Postgres postgres = new Postgres(vertx, PostgresUrl.parse(url), config, List.of(SCHEMA));
    opened.add(postgres);
    postgres.start().await(1, TimeUnit.SECONDS);
    return postgres;
  }

  private static long count(Postgres postgres) throws Exception {
    return postgres
        .query(COUNT, Tuple.tuple())
        .await(5, TimeUnit.SECONDS)
        .iterator()
        .next()
        .getLong("n");
  }

  private static void awaitState(Postgres postgres, State state, Duration within) {
    await()
        .atMost(within)
        .pollInterval(Duration.ofMillis(10))
        .until(postgres::state, (Dependency now) -> now.state() == state);
  }
}
