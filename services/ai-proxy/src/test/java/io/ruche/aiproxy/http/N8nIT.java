package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.CachedScene;
import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.simulator.Seen;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What n8n 2.41.1 sends, byte for byte as it was recorded: its OpenAI node (text and audio), its
 * OpenAI Chat Model with the Responses API below a chain and below an agent with a tool.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class N8nIT {

  @TempDir private static Path folder;
  private CachedScene scene;

  @BeforeAll
  void open() throws Exception {
    scene =
        CachedScene.open(
            folder, "whisper-1: {targets: [[{provider: alpha, model: whisper-large-v3-turbo}]]}\n");
  }

  @AfterAll
  void close() throws Exception {
    scene.close();
  }

  @BeforeEach
  void forget() {
    scene.provider().forget();
  }

  /** As text of one byte a character. */
  private static String recorded(String name) throws IOException {
    try (InputStream in = N8nIT.class.getResourceAsStream("/n8n/" + name + ".http")) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static String body(String message) {
    return message.substring(message.indexOf("\r\n\r\n") + 4);
  }

  /** Its connection is not kept, so that the end of the answer is the end of the connection. */
  private String answer(String request) throws Exception {
    try (RawClient raw = new RawClient(scene.proxy().port())) {
      raw.write(request.replace("connection: keep-alive", "connection: close"));
      return raw.readToEnd();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "response",
        "response-with-options",
        "response-with-tool",
        "response-with-tool-result",
        "chat-model",
        "agent",
        "agent-with-tool-result"
      })
  void givesAResponseOnAsItCame(String name) throws Exception {
    String request = recorded(name);

    String answer = answer(request);

    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    Seen seen = scene.provider().last();
    assertEquals("/openai/v1/responses", seen.uri());
    assertEquals(body(request), seen.body().toString(StandardCharsets.ISO_8859_1));
    JsonObject told = new JsonObject(body(answer));
    assertEquals("response", told.getString("object"));
    assertEquals(19, told.getJsonObject("usage").getInteger("total_tokens"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"transcription", "transcription-with-options", "translation"})
  void givesSoundOnUnderTheNameOfTheAliasesModel(String name) throws Exception {
    String request = recorded(name);

    String answer = answer(request);

    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    Seen seen = scene.provider().last();
    assertEquals(
        body(request).replace("whisper-1", "whisper-large-v3-turbo"),
        seen.body().toString(StandardCharsets.ISO_8859_1));
    assertTrue(new JsonObject(body(answer)).containsKey("text"), answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"previous_response_id", "conversation"})
  void saysWhichOptionOfTheNodeHasToStayEmpty(String field) throws Exception {
    String request = recorded("response");
    String more = ",\"" + field + "\":\"resp_1\"}";

    String answer =
        answer(
            request
                .substring(0, request.length() - 1)
                .replace(
                    "Content-Length: " + body(request).length(),
                    "Content-Length: " + (body(request).length() - 1 + more.length()))
                .concat(more));

    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    JsonObject error = new JsonObject(body(answer)).getJsonObject("error");
    assertEquals("unsupported_parameter", error.getString("code"));
    assertEquals(field, error.getString("param"));
    assertEquals(0, scene.provider().requests());
  }
}
