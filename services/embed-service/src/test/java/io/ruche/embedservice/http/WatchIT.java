package io.ruche.embedservice.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.embedservice.Scene;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Objects below a prefix are documents. */
final class WatchIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static Scene scene;

  @BeforeAll
  static void open() throws Exception {
    scene =
        new Scene("watch: [{tenant: koff, collection: inbox, prefix: koff/inbox/, every: 1s}]\n");
  }

  @AfterAll
  static void close() throws Exception {
    scene.close();
  }

  @Test
  void followsObjectsThatComeChangeComeBackAndGo() throws Exception {
    String key = "koff/inbox/2026/été & hiver.txt";
    scene.objects().objects().put("koff/other/no.txt", Buffer.buffer("Not watched."));
    scene.objects().objects().put(key, Buffer.buffer("The first version."));
    await().atMost(BOUND).until(() -> text().equals("The first version."));

    scene.objects().objects().put(key, Buffer.buffer("The second version."));
    await().atMost(BOUND).until(() -> text().equals("The second version."));

    scene.objects().objects().put(key, Buffer.buffer("The first version."));
    await().atMost(BOUND).until(() -> text().equals("The first version."));

    scene.objects().objects().remove(key);
    await().atMost(BOUND).until(() -> text().isEmpty());

    scene.objects().objects().put(key, Buffer.buffer("The first version."));
    await().atMost(BOUND).until(() -> text().equals("The first version."));
    assertEquals("1", scene.read("SELECT count(*) FROM ruche_embed.document"));
    assertEquals(
        "2026/été & hiver.txt",
        scene
            .search("inbox", new JsonObject().put("query", "first version"))
            .getFirst()
            .getString("document"));
  }

  private static String text() throws Exception {
    return scene.read(
        "SELECT coalesce((SELECT body FROM ruche_embed.document WHERE state = 'indexed'), '')");
  }
}
