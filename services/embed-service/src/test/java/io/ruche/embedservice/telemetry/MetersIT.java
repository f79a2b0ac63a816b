package io.ruche.embedservice.telemetry;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.Scene;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is counted while documents come and are searched. */
final class MetersIT {

  private static Scene scene;

  @BeforeAll
  static void open() throws Exception {
    scene = new Scene("");
  }

  @AfterAll
  static void close() throws Exception {
    scene.close();
  }

  private static double documents(String result, String reason) {
    return scene.metric("ruche_embed_documents_total", "result", result, "reason", reason);
  }

  @Test
  void countsWhatBecomesOfDocumentsAndMeasuresSearches() throws Exception {
    scene.put("counted/documents/a", "text/plain", "One.\n\nTwo.\n\nThree.");
    scene.put("counted/documents/a", "text/plain", "One.\n\nTwo.\n\nThree.");
    scene.put("counted/documents/b", "application/x-broken", "?");

    assertEquals(1, documents("indexed", ""));
    assertEquals(1, documents("unchanged", ""));
    assertEquals(1, documents("failed", "unreadable"));
    assertEquals(3, scene.metric("ruche_embed_chunks_total", "work", "embedded"));
    assertEquals(3, scene.metric("ruche_embed_chunks_total", "work", "written"));
    assertEquals(3, scene.metric("ruche_embed_waited_seconds"));
    assertEquals(0, scene.metric("ruche_embed_running_documents"));
    for (String stage : List.of("fetch", "parse")) {
      assertEquals(2, scene.metric("ruche_embed_stage_seconds", "stage", stage), stage);
    }
    for (String stage : List.of("chunk", "embed", "store")) {
      assertEquals(1, scene.metric("ruche_embed_stage_seconds", "stage", stage), stage);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertTrue(scene.metric("ruche_embed_stored_bytes", "store", "postgres") > 10_000);
              assertTrue(scene.metric("ruche_embed_stored_bytes", "store", "spool") >= 0);
              assertTrue(scene.metric("ruche_embed_stored_documents") >= 0);
            });

    for (String mode : List.of("dense", "dense", "bm25", "hybrid")) {
      scene.search("counted", new JsonObject().put("query", "two").put("mode", mode));
    }
    scene.post("/v1/collections/no-such/search", new JsonObject().put("query", "two"));

    assertEquals(2, searches("dense", "ok"));
    assertEquals(1, searches("bm25", "ok"));
    assertEquals(1, searches("hybrid", "ok"));
    assertEquals(1, searches("hybrid", "refused"));
  }

  private static double searches(String mode, String result) {
    return scene.metric("ruche_embed_search_seconds", "mode", mode, "result", result);
  }
}
