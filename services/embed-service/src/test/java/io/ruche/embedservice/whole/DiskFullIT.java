package io.ruche.embedservice.whole;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.testing.ApiClient;
import io.ruche.embedservice.testing.ServiceProcess;
import io.ruche.embedservice.testing.SmallDisk;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The disk of the service's data is full for a while: commands wait, searches go on, and everything
 * is done once there is room, by the same process.
 */
final class DiskFullIT {

  private static final int DISK_MIB = 96;
  private static final int PART_BYTES = 60_000;
  private static final Duration BOUND = Duration.ofSeconds(90);

  private SmallDisk disk;
  private ServiceProcess service;
  private ApiClient client;

  @BeforeEach
  void open() throws Exception {
    disk = SmallDisk.of(DISK_MIB);
    service = new ServiceProcess("", disk.folder());
    service.launch();
    client = service.client(service.newKey());
    assertEquals(
        "done",
        client
            .index("c", "before", "text/plain", bytes("The queen was here before."))
            .getString("state"));
  }

  @AfterEach
  void close() throws Exception {
    if (service != null) {
      service.close();
    }
    if (disk != null) {
      disk.close();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anUploadIsRefusedForNowAndACommandWaits() throws Exception {
    disk.fill(0);

    HttpResponse<String> file =
        client.put("/v1/collections/c/documents/file", "text/plain", bytes("The upload came."));
    assertEquals(503, file.statusCode(), file.body());
    assertTrue(file.body().contains("disk"), file.body());
    assertTrue(file.headers().firstValue("Retry-After").isPresent());
    String job = text("text", "The drone came when the disk was full.");
    awaitReason(job, "disk");
    searchesGoOn();

    disk.free();
    awaitDone(job, "drone");
    assertEquals(
        "done",
        client.index("c", "file", "text/plain", bytes("The upload came.")).getString("state"));
  }

  @Test
  void anIndexThatCannotBeWrittenIsMendedByItself() throws Exception {
    // Room for the text on its way and for no more of the index.
    disk.fill(8_192);

    String job = text("text", "The swarm came when the index was full.");
    awaitReason(job, "index cannot be written");
    searchesGoOn();
    assertTrue(service.management("/health/ready").contains("index cannot be written"));

    disk.free();
    awaitDone(job, "swarm");
    await()
        .atMost(BOUND)
        .until(() -> !service.management("/health/ready").contains("index cannot be written"));
  }

  @Test
  void aFileIsNotCalledBrokenForWantOfRoom() throws Exception {
    byte[] mail = mail();
    // Room for the mail, and not for its part beside it.
    disk.fill(mail.length + PART_BYTES / 2);

    HttpResponse<String> put =
        client.put("/v1/collections/c/documents/mail.eml", "message/rfc822", mail);
    assertEquals(202, put.statusCode(), put.body());
    String job = new JsonObject(put.body()).getString("job");
    awaitReason(job, "no room");
    searchesGoOn();

    disk.free();
    awaitDone(job, "propolis");
  }

  private String text(String document, String text) throws Exception {
    HttpResponse<String> put =
        client.put(
            "/v1/collections/c/documents/" + document,
            "application/json",
            bytes(new JsonObject().put("text", text).encode()));
    assertEquals(202, put.statusCode(), put.body());
    return new JsonObject(put.body()).getString("job");
  }

  /** Waits until a job says why it waits; it must not have failed. */
  private void awaitReason(String job, String reason) {
    await()
        .atMost(BOUND)
        .until(
            () -> {
              JsonObject now = client.job(job);
              assertTrue(
                  List.of("queued", "running").contains(now.getString("state")), now.encode());
              return now.encode().contains(reason);
            });
  }

  private void searchesGoOn() throws Exception {
    for (String mode : List.of("dense", "bm25", "hybrid")) {
      JsonObject query = new JsonObject().put("query", "queen").put("mode", mode);
      assertEquals("before", client.search("c", query).getFirst().getString("document"), mode);
    }
  }

  private void awaitDone(String job, String word) throws Exception {
    await().atMost(BOUND).until(() -> client.job(job).getString("state").equals("done"));
    JsonObject query = new JsonObject().put("query", word).put("mode", "bm25").put("top", 1);
    assertTrue(client.search("c", query).getFirst().getString("text").contains(word));
  }

  /** A mail with a text attached that does not get smaller by packing. */
  private static byte[] mail() {
    StringBuilder text = new StringBuilder("The propolis is in the attachment.\n");
    Random random = new Random(3);
    while (text.length() < PART_BYTES) {
      text.append(Integer.toString(random.nextInt(), 36))
          .append(text.length() % 60 < 10 ? '\n' : ' ');
    }
    return bytes(
        String.join(
            "\r\n",
            "From: a@example.org",
            "Subject: full",
            "MIME-Version: 1.0",
            "Content-Type: multipart/mixed; boundary=b",
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "See the attachment.",
            "--b",
            "Content-Type: text/plain; name=\"list.txt\"",
            "Content-Disposition: attachment; filename=\"list.txt\"",
            "Content-Transfer-Encoding: base64",
            "",
            Base64.getMimeEncoder().encodeToString(bytes(text.toString())),
            "--b--",
            ""));
  }
}
