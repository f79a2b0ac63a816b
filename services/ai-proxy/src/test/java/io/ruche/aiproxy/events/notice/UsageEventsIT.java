package io.ruche.aiproxy.events.notice;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.ledger.LedgerSite;
import io.ruche.aiproxy.ledger.Samples;
import io.ruche.bus.Event;
import io.ruche.lifecycle.Dependency;
import io.ruche.testing.PostgresProcess;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsageEventsIT {

  private static final Duration BOUND = Duration.ofSeconds(40);
  private static final String MODEL = "llama-3.3-70b-versatile";

  @TempDir Path folder;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private volatile boolean away;
  private PostgresProcess server;
  private LedgerSite site;
  private UsageEvents teller;

  @BeforeEach
  void open() throws Exception {
    server = PostgresProcess.start();
    site = LedgerSite.start(server.url(server.newDatabase()), folder);
    await().atMost(BOUND).until(() -> site.postgres().state().state() == Dependency.State.UP);
    site.ledger().tell(List.of("koff"));
    teller = teller();
    teller.start().await(5, SECONDS);
  }

  private UsageEvents teller() {
    return new UsageEvents(
        site.vertx(), site.ledger().untold(), this::publish, () -> List.of("koff"));
  }

  private Future<Void> publish(String tenant, Event event) {
    assertEquals("koff", tenant);
    if (away) {
      return Future.failedFuture("the bus is away");
    }
    events.add(event);
    return Future.succeededFuture();
  }

  @AfterEach
  void close() throws Exception {
    teller.stop().await(10, SECONDS);
    site.close();
    server.close();
  }

  private void record(String id, String tenant) {
    site.ledger().begin(Samples.start(id, tenant, "app", MODEL, Instant.now())).end(Samples.end());
  }

  private long untold() throws Exception {
    return site.postgres()
        .query("SELECT count(*) FROM ruche_ai.untold", Tuple.tuple())
        .await(10, SECONDS)
        .iterator()
        .next()
        .getLong(0);
  }

  @Test
  void tellsEachRowOfATenantThatAsksUnderTheRowsOwnId() throws Exception {
    record("row-1", "koff");
    record("row-2", "azoth");

    await().atMost(BOUND).until(() -> events.size() == 1 && untold() == 0);
    Event event = events.get(0);
    assertEquals("row-1", event.id());
    assertEquals("usage-recorded", event.type());
    JsonObject told = event.payload().data().toJsonObject();
    assertEquals("row-1", told.getString("id"));
    assertEquals("app", told.getString("key"));
    assertEquals("groq", told.getString("provider"));
    assertEquals("ok", told.getString("outcome"));
    assertEquals("http", told.getString("source"));
    assertEquals(12, told.getInteger("inputTokens"));
    assertEquals(4, told.getInteger("cachedTokens"));
    assertEquals(34, told.getInteger("outputTokens"));
    assertEquals("0.000004242", told.getString("costUsd"));
  }

  @Test
  void tellsLaterWhatTheBusDidNotTake() throws Exception {
    away = true;
    for (int i = 0; i < 500; i++) {
      record("row-" + i, "koff");
    }
    await().atMost(BOUND).until(() -> untold() == 500);

    away = false;
    site.postgres()
        .query("UPDATE ruche_ai.untold SET claimed_until = '-infinity'", Tuple.tuple())
        .await(10, SECONDS);

    await().atMost(BOUND).until(() -> untold() == 0);
    Set<String> ids = new HashSet<>();
    events.forEach(event -> ids.add(event.id()));
    assertEquals(500, ids.size());
  }

  @Test
  void tellsARowOnceThoughSeveralProcessesTell() throws Exception {
    UsageEvents other = teller();
    other.start().await(5, SECONDS);
    for (int i = 0; i < 2_000; i++) {
      record("row-" + i, "koff");
    }

    await().atMost(BOUND).until(() -> events.size() >= 2_000 && untold() == 0);
    assertEquals(2_000, events.size());
    other.stop().await(10, SECONDS);
  }

  @Test
  void goesOnWhereTheRowIsNotKeptAnyMore() throws Exception {
    site.postgres()
        .query("INSERT INTO ruche_ai.untold (id) VALUES ('gone')", Tuple.tuple())
        .await(10, SECONDS);
    record("row-1", "koff");

    await().atMost(BOUND).until(() -> untold() == 0);
    assertTrue(events.stream().allMatch(event -> "row-1".equals(event.id())));
  }

  @Test
  void notesNothingForTenantsThatDoNotAsk() throws Exception {
    site.ledger().tell(List.of());
    record("row-1", "koff");

    await()
        .atMost(BOUND)
        .until(
            () ->
                site.postgres()
                        .query("SELECT count(*) FROM ruche_ai.request", Tuple.tuple())
                        .await(10, SECONDS)
                        .iterator()
                        .next()
                        .getLong(0)
                    == 1);
    assertEquals(0, untold());
    assertEquals(List.of(), events);
  }
}
