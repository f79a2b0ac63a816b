package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.ServedAiProxy;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers and forms that are many times longer than the memory that passes them on. */
@TestInstance(Lifecycle.PER_CLASS)
final class SmallHeapIT {

  private static final int MIB = 1 << 20;

  @TempDir private static Path folder;
  private ServedAiProxy proxy;
  private String key = "";

  @BeforeAll
  void open() throws Exception {
    proxy = new ServedAiProxy(folder, "", "-Xmx64m", "-XX:MaxDirectMemorySize=32m");
    key = proxy.key("large");
  }

  @AfterAll
  void close() throws Exception {
    proxy.close();
  }

  @ParameterizedTest
  @CsvSource({"'tokens=4000,pad=65000', true, 240", "'pad=100000000', false, 90"})
  void passesALongAnswerOn(String behaviour, boolean stream, int leastMib) throws Exception {
    String body =
        "{\"model\":\"sim:%s\",\"stream\":%b,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
            .formatted(behaviour, stream);

    HttpResponse<InputStream> answer =
        proxy
            .client()
            .send(
                proxy
                    .request(key, "/v1/chat/completions")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.ofInputStream());

    assertEquals(200, answer.statusCode());
    try (InputStream in = answer.body()) {
      long length = in.transferTo(OutputStream.nullOutputStream());
      assertTrue(length >= (long) leastMib * MIB, length + " bytes");
    }
    assertTrue(proxy.provider().last().isEnded());
    assertTrue(proxy.isAlive());
  }

  @Test
  void passesALongFormOn() throws Exception {
    byte[] form =
        new Form()
            .field("model", "whisper-large-v3-turbo")
            .file("a.wav", Form.sound(90 * MIB))
            .end();

    HttpResponse<String> answer =
        proxy.send(
            proxy
                .request(key, "/v1/audio/transcriptions")
                .header("Content-Type", "multipart/form-data; boundary=" + Form.BOUNDARY)
                .POST(BodyPublishers.ofByteArray(form)));

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(Form.digest(form), proxy.provider().last().bodyDigest());
    assertTrue(proxy.isAlive());
  }
}
