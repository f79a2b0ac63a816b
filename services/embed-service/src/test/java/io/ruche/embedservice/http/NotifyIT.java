package io.ruche.embedservice.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.Scene;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Notifications of S3 about a prefix that is listed once a day. */
final class NotifyIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static Scene scene;

  @BeforeAll
  static void open() throws Exception {
    scene =
        new Scene("watch: [{tenant: koff, collection: told, prefix: koff/told/, every: 24h}]\n");
    await().atMost(BOUND).until(() -> looks("listing") == 1);
  }

  @AfterAll
  static void close() throws Exception {
    scene.close();
  }

  @Test
  void looksAtOnceAtWhatANotificationNames() throws Exception {
    double before = looks("notification");
    scene.objects().objects().put("koff/told/été 2026+.txt", Buffer.buffer("The queen is told."));
    assertEquals("", told());

    assertEquals(
        1, notified("ruche", "koff%2Ftold%2F%C3%A9t%C3%A9+2026%2B.txt").getInteger("looked"));
    await().atMost(BOUND).until(() -> told().equals("The queen is told."));
    assertEquals(1, notified("ruche", "koff/told/%C3%A9t%C3%A9+2026%2B.txt").getInteger("looked"));
    assertEquals(
        "1",
        scene.read(
            "SELECT version FROM ruche_embed.watched WHERE starts_with(s3_key, 'koff/told/')"));

    scene.objects().objects().put("koff/told/été 2026+.txt", Buffer.buffer("The queen has left."));
    notified("ruche", "koff/told/%C3%A9t%C3%A9+2026%2B.txt");
    await().atMost(BOUND).until(() -> told().equals("The queen has left."));

    scene.objects().objects().remove("koff/told/été 2026+.txt");
    notified("ruche", "koff/told/%C3%A9t%C3%A9+2026%2B.txt");
    await().atMost(BOUND).until(() -> told().isEmpty());
    assertEquals(before + 4, looks("notification"));
    assertEquals(1, looks("listing"));
  }

  @Test
  void believesNothingThatANotificationSays() throws Exception {
    scene.objects().objects().put("azoth/inbox/secret.txt", Buffer.buffer("Not koff's."));
    for (String[] odd :
        List.of(
            new String[] {"ruche", "azoth/inbox/secret.txt"},
            new String[] {"ruche", "koff/elsewhere/a.txt"},
            new String[] {"another", "koff/told/a.txt"})) {
      assertEquals(0, notified(odd[0], odd[1]).getInteger("looked"), String.join(" ", odd));
    }
    assertEquals(1, notified("ruche", "koff/told/never-there.txt").getInteger("looked"));
    assertEquals(
        "0", scene.read("SELECT count(*) FROM ruche_embed.watched WHERE s3_key LIKE '%never%'"));

    JsonObject refused = sent(new JsonObject().put("Records", "none"));
    assertEquals("failed", refused.getString("state"));
    assertTrue(
        refused.getString("reason").contains("Send S3's event notification"), refused.encode());
  }

  private static JsonObject notified(String bucket, String key) throws Exception {
    JsonObject object = new JsonObject().put("key", key).put("eTag", "whatever").put("size", 1);
    JsonObject s3 =
        new JsonObject().put("bucket", new JsonObject().put("name", bucket)).put("object", object);
    JsonObject ended =
        sent(
            new JsonObject()
                .put("EventName", "s3:ObjectCreated:Put")
                .put("Key", bucket + "/" + key)
                .put("Records", new JsonArray().add(new JsonObject().put("s3", s3))));
    assertEquals("done", ended.getString("state"), ended.encode());
    return ended.getJsonObject("result");
  }

  private static JsonObject sent(JsonObject notification) throws Exception {
    return new JsonObject(
        scene
            .send(
                scene
                    .request("/v1/commands/notify")
                    .header("Content-Type", "application/json")
                    .header("Prefer", "wait=60")
                    .POST(BodyPublishers.ofString(notification.encode())))
            .body());
  }

  private static double looks(String trigger) {
    return scene.metric("ruche_embed_watch_looks_total", "trigger", trigger, "result", "ok");
  }

  private static String told() throws Exception {
    return scene.read(
        "SELECT coalesce((SELECT body FROM ruche_embed.document WHERE state = 'indexed'), '')");
  }
}
