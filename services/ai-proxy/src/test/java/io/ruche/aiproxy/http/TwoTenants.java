package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two keys of one tenant and one of another, before a provider with files and batches. */
class TwoTenants {

  static final Duration BOUND = Duration.ofSeconds(30);
  static final String ANNA = "koff.anna";
  static final String BERT = "koff.bert";
  static final String EVE = "other.eve";
  static final String LINES = "{\"custom_id\":\"1\",\"method\":\"POST\"}\n";

  @TempDir Path folder;
  ObjectScene scene;

  @BeforeEach
  void open() throws Exception {
    scene =
        new ObjectScene(
            folder,
            """
            files-provider: second
            providers: {second: ${provider}}
            guard:
              tenants:
                shy: {redact: [email]}
            """);
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  static JsonObject json(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
    return new JsonObject(answer.body());
  }

  static void assertRefused(HttpResponse<String> answer, int status, String code) {
    assertEquals(status, answer.statusCode(), answer.body());
    JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
    assertEquals(code, error.getString("code"), answer.body());
    assertFalse(error.getString("message").isEmpty());
  }

  static List<String> ids(JsonObject list) {
    List<String> ids = new ArrayList<>();
    JsonArray data = list.getJsonArray("data");
    for (int i = 0; i < data.size(); i++) {
      ids.add(data.getJsonObject(i).getString("id"));
    }
    return ids;
  }
}
