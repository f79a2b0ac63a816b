package io.ruche.aiproxy.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.RawClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Forms with files on their way to a provider: refused, cut off, given up. */
final class FileFormsIT extends TwoTenants {

  @Test
  void saysWhatIsWrongWithAForm() throws Exception {
    assertRefused(
        scene.upload(ANNA, new Form().field("purpose", "batch").end()),
        400,
        "missing_required_parameter");
    byte[] whole = new Form().field("purpose", "batch").file("a", Form.sound(500_000)).end();
    assertRefused(scene.upload(ANNA, Arrays.copyOf(whole, 400_000)), 400, "invalid_form");
    byte[] large = new Form().file("a", Form.sound(4 * 1024 * 1024)).end();
    HttpResponse<String> tooLarge = scene.upload(ANNA, large);
    assertRefused(tooLarge, 413, "payload_too_large");
    assertTrue(tooLarge.body().contains("max-file"), tooLarge.body());
    assertRefused(scene.post(ANNA, "/v1/files", "{}"), 415, "unsupported_media_type");
    assertEquals(List.of(), scene.provider().files());
    assertEquals(List.of(), ids(json(scene.ask(ANNA, "GET", "/v1/files"))));
  }

  /** The head of an upload. */
  private static String head(String length) {
    return String.join(
        "\r\n",
        "POST /v1/files HTTP/1.1",
        "Host: x",
        "Authorization: Bearer koff.anna",
        "Content-Type: multipart/form-data; boundary=b",
        length,
        "",
        "");
  }

  @Test
  void sendsTheBoundaryThatWasScannedAndNoOther() throws Exception {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n";
    String type = "multipart/form-data; a=\"; boundary=other\"; boundary=b";

    json(scene.upload(ANNA, form.getBytes(StandardCharsets.UTF_8), type));

    assertEquals(
        "multipart/form-data; boundary=\"b\"", scene.provider().last().header("content-type"));
    long before = scene.provider().requests();
    HttpResponse<String> two =
        scene.upload(
            ANNA,
            form.getBytes(StandardCharsets.UTF_8),
            "multipart/form-data; boundary=b; boundary=c");
    assertRefused(two, 415, "unsupported_media_type");
    assertTrue(two.body().contains("purpose and file"), two.body());
    assertEquals(before, scene.provider().requests());
  }

  @Test
  void refusesAFormThatCouldBeReadInTwoWays() throws Exception {
    byte[] twoFiles =
        new Form().file("a", Form.sound(10)).file("b", Form.sound(10)).field("purpose", "x").end();
    byte[] twoPurposes =
        new Form().field("purpose", "batch").field("Purpose", "x").file("a", new byte[9]).end();

    assertRefused(scene.upload(ANNA, twoFiles), 400, "duplicate_parameter");
    assertRefused(scene.upload(ANNA, twoPurposes), 400, "duplicate_parameter");
    assertEquals(List.of(), scene.provider().files());
  }

  @Test
  void endsAFormThatStops() throws Exception {
    try (RawClient raw = new RawClient(scene.port())) {
      raw.write(head("Content-Length: 100000") + "--b\r\n");
      String answer = raw.readUntil("request_timeout");
      assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
    }

    await().atMost(BOUND).until(() -> scene.provider().last().isCancelled());
    assertEquals(List.of(), scene.provider().files());
  }

  @Test
  void stopsAFormThatBecomesTooLongOnTheWay() throws Exception {
    try (RawClient raw = new RawClient(scene.port())) {
      raw.write(head("Transfer-Encoding: chunked"));
      String head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
      raw.write(Integer.toHexString(head.length()) + "\r\n" + head + "\r\n");
      String piece = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
      for (int i = 0; i < 65; i++) {
        raw.write(piece);
      }
      assertTrue(raw.readUntil("max-file").startsWith("HTTP/1.1 413"));
    }
    assertEquals(List.of(), scene.provider().files());
  }

  @Test
  void writesDownAFileWhoseClientLeft() throws Exception {
    String body =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n";
    scene.provider().next("delay=500");
    try (RawClient raw = new RawClient(scene.port())) {
      raw.write(head("Content-Length: " + body.length()) + body);
      await()
          .atMost(BOUND)
          .until(
              () ->
                  !scene.provider().seen().isEmpty()
                      && scene.provider().last().bodyBytes() == body.length());
      raw.leave();
    }

    await().atMost(BOUND).until(() -> ids(json(scene.ask(ANNA, "GET", "/v1/files"))).size() == 1);
    assertEquals(scene.provider().files(), ids(json(scene.ask(ANNA, "GET", "/v1/files"))));
  }

  @Test
  void givesAFormUpWhoseClientLeavesInItsMiddle() throws Exception {
    try (RawClient raw = new RawClient(scene.port())) {
      raw.write(head("Content-Length: 100000") + "--b\r\n");
      await().atMost(BOUND).until(() -> !scene.provider().seen().isEmpty());
      raw.leave();
    }

    await().atMost(BOUND).until(() -> scene.provider().last().isCancelled());
    assertEquals(List.of(), scene.provider().files());
  }
}
