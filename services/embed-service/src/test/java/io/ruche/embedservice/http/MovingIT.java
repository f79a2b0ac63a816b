package io.ruche.embedservice.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.Scene;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A collection moves to another model while it is searched and written. */
final class MovingIT {

  private static final Duration BOUND = Duration.ofSeconds(60);

  private Scene scene;

  @BeforeEach
  void open() throws Exception {
    scene = new Scene("");
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  @Test
  void movesByItselfAndIsSearchedMeanwhile() throws Exception {
    for (int i = 0; i < 30; i++) {
      scene.put(
          "hive/documents/d" + i, "text/plain", "The hive number " + i + " is well.\n\nIt hums.");
    }
    scene.stop();
    scene.start("large", "small");
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger searched = new AtomicInteger();
    AtomicInteger poor = new AtomicInteger();
    Thread searcher =
        new Thread(
            () -> {
              while (!enough.get()) {
                try {
                  List<JsonObject> hits =
                      scene.search("hive", new JsonObject().put("query", "hive number 7 is well"));
                  searched.incrementAndGet();
                  if (hits.size() != 10) {
                    poor.incrementAndGet();
                  }
                } catch (Exception failed) {
                  poor.incrementAndGet();
                }
              }
            });
    searcher.start();
    try {
      scene.put("hive/documents/late", "text/plain", "A hive that came late.");
      await().atMost(BOUND).until(() -> model().equals("large"));
      await().atMost(BOUND).until(() -> scene.index("small").all().isEmpty());
    } finally {
      enough.set(true);
      searcher.join();
    }

    assertEquals(0, poor.get(), "of " + searched.get());
    assertTrue(searched.get() > 10, "searched " + searched.get());
    assertEquals(
        scene.read("SELECT count(*) FROM ruche_embed.chunk"),
        "" + scene.index("large").all().size());
    assertEquals("61", scene.read("SELECT count(*) FROM ruche_embed.chunk"));
    int embedded = scene.embedder("large").passages();
    scene.put("hive/documents/d3", "text/plain", "The hive number 3 is well.\n\nIt hums.");
    assertEquals(embedded, scene.embedder("large").passages());
  }

  @Test
  void mendsAnIndexThatHasLostItsChunks() throws Exception {
    scene.put("hive/documents/a", "text/plain", "One.\n\nTwo.\n\nThree.");
    io.ruche.embedservice.index.Space space = new io.ruche.embedservice.index.Space("koff", "hive");
    var dropped = scene.index("small").drop(space);
    assertEquals(List.of(), scene.search("hive", new JsonObject().put("query", "two")));

    scene.send(scene.request("/v1/collections/hive/reindex?wait=30").POST(BodyPublishers.noBody()));

    assertTrue(dropped.succeeded());
    assertEquals(
        "Two.",
        scene.search("hive", new JsonObject().put("query", "two")).getFirst().getString("text"));
    assertEquals(3, scene.embedder("small").passages());
  }

  private String model() throws Exception {
    return scene.get("/v1/collections").getJsonArray("data").getJsonObject(0).getString("model");
  }
}
