package io.ruche.embedservice.whole;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.testing.ApiClient;
import io.ruche.embedservice.testing.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a PDF of 500 pages costs that comes again: unchanged, and with one edited paragraph. */
final class ReindexIT {

  private static final int PAGES = 500;
  private static final String TEXTS = "ruche_embed_engine_texts_total";

  /** Where each row of the documents is and which transaction wrote it: any write changes it. */
  private static final String ROWS =
      """
      SELECT count(*) || ' ' || md5(string_agg(place, ',' ORDER BY place)) FROM (
        SELECT 'd' || ctid || xmin || xmax AS place FROM ruche_embed.document
        UNION ALL SELECT 'k' || ctid || xmin || xmax FROM ruche_embed.chunk
        UNION ALL SELECT 'e' || ctid || xmin || xmax FROM ruche_embed.embedding
        UNION ALL SELECT 'c' || ctid || xmin || xmax FROM ruche_embed.collection) AS places
      """;

  private ServiceProcess service;
  private ApiClient client;

  @BeforeEach
  void open() throws Exception {
    service = new ServiceProcess("");
    service.launch();
    client = service.client(service.newKey());
  }

  @AfterEach
  void close() throws Exception {
    service.close();
  }

  @Test
  void unchangedCostsNothingAndOneParagraphCostsItsChunks() throws Exception {
    Book book = new Book(PAGES, 5);
    byte[] first = book.pdf();
    JsonObject made = put(first);
    int chunks = made.getInteger("chunks");
    assertEquals(PAGES, made.getInteger("pages"));
    assertEquals(chunks, made.getInteger("embedded"));
    assertTrue(chunks >= PAGES / 2, made.encode());
    Map<String, FileTime> index = quietIndex();
    String rows = service.read(ROWS);
    String wal = wal();
    double texts = service.metric(TEXTS, "bulk");
    assertEquals(chunks, texts);

    JsonObject again = put(first);

    assertTrue(again.getBoolean("unchanged"), again.encode());
    assertEquals(0, again.getInteger("embedded"));
    assertEquals(0, again.getInteger("written"));
    assertEquals(rows, service.read(ROWS));
    assertEquals(index, index());
    assertEquals(texts, service.metric(TEXTS, "bulk"));
    String unchangedWal = walSince(wal);

    book.edit(PAGES / 2 + 3, 1, "Somebody has put the trombone upon the roof of the school.");
    String beforeEdit = wal();
    JsonObject edited = put(book.pdf());

    int embedded = edited.getInteger("embedded");
    assertTrue(embedded >= 1 && embedded <= chunks / 100, edited.encode());
    assertEquals(texts + embedded, service.metric(TEXTS, "bulk"));
    assertEquals(embedded, edited.getInteger("written"));
    JsonObject asked = new JsonObject().put("query", "trombone").put("mode", "bm25");
    JsonObject hit = client.search("books", asked).getFirst();
    assertTrue(hit.getString("text").contains("trombone"), hit.encode());
    assertTrue(hit.getInteger("page") <= PAGES / 2 + 4, hit.encode());
    assertTrue(hit.getInteger("last_page") >= PAGES / 2 + 4, hit.encode());
    System.out.printf(
        "%d pages, %d chunks; unchanged: 0 embedded, 0 written, WAL %s; edited: %d embedded,"
            + " %d removed, WAL %s%n",
        PAGES, chunks, unchangedWal, embedded, edited.getInteger("removed"), walSince(beforeEdit));
  }

  private JsonObject put(byte[] pdf) throws Exception {
    JsonObject job = client.index("books", "book.pdf", "application/pdf", pdf);
    for (int more = 0; more < 5 && job.getString("state").matches("queued|running"); more++) {
      job = new JsonObject(client.get("/v1/jobs/" + job.getString("job") + "?wait=60").body());
    }
    assertEquals("done", job.getString("state"), job.encode());
    return job.getJsonObject("result");
  }

  private String wal() throws Exception {
    return service.read("SELECT pg_current_wal_lsn()");
  }

  private String walSince(String place) throws Exception {
    return service.read(
        "SELECT pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), '" + place + "'))");
  }

  /** Its files once its last merge is over. */
  private Map<String, FileTime> quietIndex() throws IOException {
    AtomicReference<Map<String, FileTime>> seen = new AtomicReference<>(Map.of());
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(250))
        .during(Duration.ofSeconds(8))
        .until(() -> index().equals(seen.getAndSet(index())));
    return index();
  }

  /** The files of the index and when each was written. */
  private Map<String, FileTime> index() throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.list(service.index())) {
      for (Path file : files.toList()) {
        times.put(file.getFileName().toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }
}
