package io.ruche.aiproxy.ledger;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.testing.JavaProcess;
import io.ruche.testing.PostgresProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes killed while they record. What each has told of its requests is the judge: no request
 * lost, none doubled, none that had ended told otherwise.
 */
final class LedgerKillIT {

  private static final int KILLS = 8;
  private static final int THREADS = 2;
  private static final Duration BOUND = Duration.ofSeconds(90);

  private static PostgresProcess server;

  @TempDir private Path folder;
  private int processes;

  @BeforeAll
  static void startServer() throws Exception {
    server = PostgresProcess.start();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @Test
  void losesAndDoublesNothingWhenProcessesAreKilledAgainAndAgain() throws Exception {
    String database = server.newDatabase();
    Random random = new Random();
    Load first = start(database);
    Load second = start(database);
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        first.awaitMore(500 + random.nextInt(3_000));
        first.kill();
        // The other one lives, and takes the dead one's slot over; the next takes whatever is free.
        Load next = start(database);
        first = second;
        second = next;
      }
      first.awaitMore(500);
      second.awaitMore(500);
    } finally {
      first.kill();
      second.kill();
    }
    try (LedgerSite last = LedgerSite.start(server.url(database), folder.resolve("journal"))) {
      await().atMost(BOUND).until(() -> settled(last));
      judge(database, KILLS + 2);
    }
  }

  @Test
  void aLivingProcessSettlesWhatADeadOneLeft() throws Exception {
    String database = server.newDatabase();
    try (LedgerSite living = LedgerSite.start(server.url(database), folder.resolve("journal"))) {
      Load load = start(database);
      load.awaitMore(1_000);
      load.kill();

      await()
          .atMost(BOUND)
          .ignoreExceptions()
          .until(() -> !read(database, "interrupted").equals("0") && settled(living));
      judge(database, 1);
    }
  }

  /** Whether no slot has a segment that is not this process's own spare. */
  private boolean settled(LedgerSite site) throws IOException {
    long others = 0;
    for (Path slot : list(folder.resolve("journal"))) {
      others += list(slot).stream().filter(f -> f.toString().endsWith(".segment")).count();
    }
    // Two spares, and the one in use when there was one.
    return others <= 2 && site.metric("ruche_ledger_journal_requests") == 0;
  }

  private static List<Path> list(Path in) throws IOException {
    if (!Files.isDirectory(in)) {
      return List.of();
    }
    try (var files = Files.list(in)) {
      return files.toList();
    }
  }

  private void judge(String database, int kills) throws Exception {
    Set<String> begun = new HashSet<>();
    Set<String> ended = new HashSet<>();
    int refused = 0;
    for (int i = 0; i < processes; i++) {
      for (String line : Files.readAllLines(told(i))) {
        if (line.length() == 28) {
          switch (line.charAt(0)) {
            case 'B' -> begun.add(line.substring(2));
            case 'E' -> ended.add(line.substring(2));
            default -> refused++;
          }
        }
      }
    }
    Set<String> rows = ids(database, "true");
    Set<String> interrupted = ids(database, "outcome = 'interrupted'");

    Set<String> lost = new HashSet<>(begun);
    lost.removeAll(rows);
    Set<String> untold = new HashSet<>(rows);
    untold.removeAll(begun);
    Set<String> wrong = new HashSet<>(interrupted);
    wrong.retainAll(ended);
    System.out.printf(
        "killed %d: begun %d, refused %d, ended %d, rows %d, interrupted %d, lost %d, not told %d%n",
        kills,
        begun.size(),
        refused,
        ended.size(),
        rows.size(),
        interrupted.size(),
        lost.size(),
        untold.size());
    assertEquals(Set.of(), lost);
    assertEquals(Set.of(), wrong);
    // Begun, and killed before it could say so.
    assertTrue(untold.size() <= kills * THREADS, untold.size() + " rows of which nobody told");
    assertEquals(
        Integer.toString(rows.size()),
        server.read(database, "SELECT count(*) FROM ruche_ai.request"));
    assertEquals(
        Integer.toString(rows.size()),
        server.read(database, "SELECT sum(requests) FROM ruche_ai.usage"));
    assertEquals(
        Integer.toString(interrupted.size()),
        server.read(database, "SELECT sum(estimated_requests) FROM ruche_ai.usage"));
    assertTrue(!interrupted.isEmpty());
  }

  private static Set<String> ids(String database, String where) throws SQLException {
    String all =
        server.read(database, "SELECT string_agg(id, ',') FROM ruche_ai.request WHERE " + where);
    return new HashSet<>(List.of(all.split(",")));
  }

  private static String read(String database, String outcome) throws SQLException {
    return server.read(
        database, "SELECT count(*) FROM ruche_ai.request WHERE outcome = '" + outcome + "'");
  }

  private Path told(int process) {
    return folder.resolve("told-" + process);
  }

  private Load start(String database) throws IOException {
    Path told = told(processes++);
    Process process =
        JavaProcess.start(
            LedgerLoad.class,
            folder.resolve("load.log"),
            List.of(),
            List.of(
                server.url(database),
                folder.resolve("journal").toString(),
                told.toString(),
                Integer.toString(THREADS),
                "2000"));
    return new Load(process, told);
  }

  private record Load(Process process, Path told) {

    void awaitMore(int lines) {
      long from = lines();
      await()
          .atMost(BOUND)
          .until(
              () -> {
                assertTrue(process.isAlive());
                return lines() >= from + lines;
              });
    }

    private long lines() {
      return told.toFile().length() / 29;
    }

    void kill() {
      process.destroyForcibly().onExit().join();
    }
  }
}
