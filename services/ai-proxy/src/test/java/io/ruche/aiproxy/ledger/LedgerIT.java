package io.ruche.aiproxy.ledger;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.ruche.testing.PostgresProcess;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerIT {

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String COUNT = "SELECT count(*) FROM ruche_ai.request";
  private static final String SUMMED = "SELECT sum(requests) FROM ruche_ai.usage";

  private static PostgresProcess server;

  @TempDir private Path folder;
  private String database = "";

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

  @Test
  void writesARowForEachRequest() throws Exception {
    try (LedgerSite site = site()) {
      site.ledger().begin(Samples.start("01JROW")).end(Samples.end());

      awaitRows(1);
      assertEquals(
          "01JROW koff app http chat llama-3.3-70b-versatile true 100 500 60000 groq"
              + " llama-3.3-70b-versatile 200 ok 12 4 34 provider 4242 1500 20000",
          read(
              "SELECT concat_ws(' ', id, tenant, client, source, command_id, operation, model,"
                  + " CASE WHEN stream THEN 'true' END, reserved_input_tokens,"
                  + " reserved_output_tokens, reserved_cost_nano, provider, upstream_model, status,"
                  + " outcome, input_tokens, cached_tokens, output_tokens, usage_source, cost_nano,"
                  + " first_byte_us, duration_us) FROM ruche_ai.request"));
      assertEquals("1", read(SUMMED));
      assertEquals(Dependency.State.UP, site.ledger().state().state());
    }
  }

  @Test
  void writesWhatIsLeftWhenItStops() throws Exception {
    try (LedgerSite site = site()) {
      awaitUp(site);
      for (int i = 0; i < 5_000; i++) {
        site.ledger().begin(Samples.start("id-" + i)).end(Samples.end());
      }
    }
    assertEquals("5000", read(COUNT));
  }

  @Test
  void losesAndDoublesNothingWhilePostgresIsAway() throws Exception {
    int rows = 30_000;
    try (LedgerSite site = site()) {
      awaitUp(site);
      for (int i = 0; i < rows; i++) {
        if (i == 1_000) {
          // In the middle of its batches.
          server.kill();
        }
        site.ledger().begin(Samples.start("id-" + i)).end(Samples.end(1));
      }
      await().atMost(BOUND).until(() -> site.postgres().state().state() == Dependency.State.DOWN);
      assertEquals(Dependency.State.UP, site.ledger().state().state());
      Future<Long> spent = site.ledger().spent("koff", null, Instant.EPOCH);
      await().atMost(BOUND).until(spent::failed);

      server.launch();

      awaitRows(rows);
      assertEquals(Integer.toString(rows), read(SUMMED));
      assertEquals(Integer.toString(rows), read("SELECT sum(cost_nano) FROM ruche_ai.usage"));
    }
  }

  @Test
  void aNextProcessWritesWhatOneWithoutPostgresLeft() throws Exception {
    Path journal = folder.resolve("journal");
    String nowhere = "postgresql://postgres@127.0.0.1:1/nothing";
    try (LedgerSite site = LedgerSite.start(nowhere, journal)) {
      site.ledger().begin(Samples.start("ended")).end(Samples.end());
      Entry forgotten = site.ledger().begin(Samples.start("under-way"));
      assertTrue(forgotten != null);
    }
    try (LedgerSite site = LedgerSite.start(server.url(database), journal)) {
      awaitRows(2);
      assertEquals(
          "interrupted estimated 60000",
          read(
              "SELECT concat_ws(' ', outcome, usage_source, cost_nano) FROM ruche_ai.request"
                  + " WHERE id = 'under-way'"));
      assertEquals(1.0, site.metric("ruche_ledger_interrupted_requests_total"));
    }
  }

  /** Many rows are copied; the other way, row by row of a batch that failed, must say the same. */
  @Test
  void copiedRowsAndTheirSumsAreWhatInsertedOnesAre() throws Exception {
    Instant at = Instant.parse("2026-03-01T12:34:56.789012Z");
    try (LedgerSite site = site()) {
      awaitUp(site);
      server.read(
          database,
          "WITH there AS (INSERT INTO ruche_ai.request SELECT 'insert-7', r.at, r.tenant, r.client,"
              + " r.source, r.command_id, r.operation, r.model, r.stream, 0, 0, 0, null, null, null,"
              + " 'ok', 0, 0, 0, 'none', 0, null, null, now() FROM (VALUES (timestamptz"
              + " '2026-03-01T12:34:56Z', 'koff', 'app', 'http', null, 'chat', 'm', true)) r (at,"
              + " tenant, client, source, command_id, operation, model, stream) RETURNING 1) SELECT"
              + " count(*) FROM there");
      site.ledger().tell(List.of("koff"));
      for (String way : new String[] {"copy", "insert"}) {
        for (int i = 0; i < 900; i++) {
          String model = "Modèle \"à l'œuvre\" " + i % 3;
          site.ledger()
              .begin(Samples.start(way + "-" + i, "koff", way, model, at.plusSeconds(i)))
              .end(Samples.end(i));
        }
        awaitRows(way.equals("copy") ? 901 : 1_800);
      }
    }
    // The row that was there already keeps what it said, and is in no sum.
    assertEquals("899", read(SUMMED + " WHERE client = 'insert'"));
    assertEquals("1799", read("SELECT count(*) FROM ruche_ai.untold"));
    String rows =
        "SELECT md5(string_agg(concat_ws('|', split_part(id, '-', 2), at, tenant, source, command_id,"
            + " operation, model, stream, reserved_input_tokens, reserved_output_tokens,"
            + " reserved_cost_nano, provider, upstream_model, status, outcome, input_tokens,"
            + " cached_tokens, output_tokens, usage_source, cost_nano, first_byte_us, duration_us),"
            + " ',' ORDER BY split_part(id, '-', 2))) FROM ruche_ai.request WHERE id !~ '-7$' AND id ~ ";
    assertEquals(read(rows + "'^copy'"), read(rows + "'^insert'"));
    assertEquals(
        "0",
        read(
            "SELECT count(*) FROM ruche_ai.usage c FULL JOIN ruche_ai.usage i ON c.tenant = i.tenant"
                + " AND c.bucket = i.bucket AND c.model = i.model AND i.client = 'insert' WHERE"
                + " c.client = 'copy' AND (i.requests IS NULL OR (c.requests, c.cost_nano) <>"
                + " (i.requests + CASE WHEN i.model ~ '1$' AND i.bucket = '2026-03-01 12:30Z' THEN 1"
                + " ELSE 0 END, i.cost_nano + CASE WHEN i.model ~ '1$' AND i.bucket ="
                + " '2026-03-01 12:30Z' THEN 7 ELSE 0 END))"));
  }

  @Test
  void aRowThatPostgresRefusesStopsNoOther() throws Exception {
    try (LedgerSite site = site()) {
      awaitUp(site);
      server.run(database, "ALTER TABLE ruche_ai.request ADD CHECK (model <> 'bad')");
      for (int i = 0; i < 2_500; i++) {
        String model = i == 700 || i == 701 || i == 2_000 ? "bad" : "good";
        site.ledger()
            .begin(Samples.start("id-" + i, "koff", "app", model, Instant.now()))
            .end(Samples.end());
      }

      awaitRows(2_497);
      Path told = folder.resolve("journal/refused.jsonl");
      await().atMost(BOUND).until(() -> Files.exists(told) && Files.readAllLines(told).size() == 3);
      String line = Files.readAllLines(told).getFirst();
      assertTrue(line.contains("\"id\":\"id-700\""), line);
      assertTrue(line.contains("\"refused\":\"23514 "), line);
      assertTrue(line.contains("\"cost_nano\":4242"), line);
      await().until(() -> site.metric("ruche_ledger_refused_rows_total") == 3.0);
      await().atMost(BOUND).until(() -> site.metric("ruche_ledger_journal_requests") == 0.0);
    }
  }

  @Test
  void refusesRequestsThatItCouldNotRecord() throws Exception {
    String nowhere = "postgresql://postgres@127.0.0.1:1/nothing";
    try (LedgerSite site = LedgerSite.start(nowhere, folder.resolve("journal"), LedgerSite.SMALL)) {
      // At the journal's least size, 64 MiB.
      int[] taken = {0};
      Failure full =
          assertThrows(
              Failure.class,
              () -> {
                while (true) {
                  begun(site, "id-" + taken[0]).end(Samples.end());
                  taken[0]++;
                }
              });
      assertEquals(503, full.status());
      assertEquals("ledger_full", full.code());
      assertEquals("5", full.headers().get("Retry-After"));
      assertTrue(taken[0] > 100_000, taken[0] + " requests");
      assertEquals(Dependency.State.DOWN, site.ledger().state().state());
    }
  }

  @Test
  void countsWhatIsStillInTheJournalAsSpent() throws Exception {
    Instant now = Instant.parse("2026-11-21T10:20:00Z");
    try (LedgerSite site = site()) {
      awaitUp(site);
      spend(site, "1", "app", now.minusSeconds(1), 1);
      spend(site, "2", "app", now, 10);
      spend(site, "3", "app", now.plusSeconds(3_600), 100);
      spend(site, "4", "other", now, 1_000);

      // At once, and so in whatever mixture of both places.
      assertEquals(110L, spent(site, "app", now));
      assertEquals(1_110L, spent(site, null, now));
      assertEquals(1_111L, spent(site, null, now.minusSeconds(1)));
      awaitRows(4);
      assertEquals(110L, spent(site, "app", now));
      assertEquals(1_111L, spent(site, null, Instant.EPOCH));
      assertEquals(0L, spent(site, "nobody", now));
    }
  }

  @Test
  void deletesWhatWasKeptLongEnough() throws Exception {
    try (LedgerSite site = site()) {
      awaitUp(site);
      for (int i = 0; i < 2_500; i++) {
        spend(site, "old-" + i, "app", Instant.now().minus(Duration.ofDays(500)), 1);
      }
      spend(site, "young", "app", Instant.now(), 1);
      awaitRows(2_501);
    }
    try (LedgerSite site = site()) {
      awaitRows(1);
      await().atMost(BOUND).until(() -> read(SUMMED).equals("1"));
      awaitUp(site);
    }
  }

  private static Entry begun(LedgerSite site, String id) {
    while (true) {
      try {
        return site.ledger().begin(Samples.start(id));
      } catch (Failure failure) {
        if (!failure.detail().contains("not ready yet")) {
          throw failure;
        }
        Thread.onSpinWait();
      }
    }
  }

  private static void spend(LedgerSite site, String id, String client, Instant at, long nano) {
    site.ledger().begin(Samples.start(id, "koff", client, "m", at)).end(Samples.end(nano));
  }

  private static long spent(LedgerSite site, @Nullable String client, Instant since)
      throws Exception {
    return site.ledger().spent("koff", client, since).await(30, TimeUnit.SECONDS);
  }

  private LedgerSite site() throws Exception {
    return LedgerSite.start(server.url(database), folder.resolve("journal"));
  }

  private static void awaitUp(LedgerSite site) {
    await().atMost(BOUND).until(() -> site.postgres().state().state() == Dependency.State.UP);
  }

  private void awaitRows(int count) {
    await()
        .atMost(BOUND)
        .ignoreExceptions()
        .until(() -> read(COUNT).equals(Integer.toString(count)));
  }

  private String read(String sql) throws SQLException {
    return server.read(database, sql);
  }
}
