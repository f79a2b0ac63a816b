package io.ruche.aiproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ruche.aiproxy.upstream.UpstreamFault;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the published contract to the code. */
final class OpenApiTest {

  @Test
  void describesTheRoutes() throws IOException {
    Set<String> paths = new TreeSet<>();
    contract().get("paths").fieldNames().forEachRemaining(paths::add);

    assertEquals(
        Set.of(
            "/",
            "/assets/{version}/{file}",
            "/openapi.yaml",
            "/session",
            "/v1/chat/completions",
            "/v1/responses",
            "/v1/embeddings",
            "/v1/audio/transcriptions",
            "/v1/audio/translations",
            "/v1/audio/speech",
            "/v1/files",
            "/v1/files/{id}",
            "/v1/files/{id}/content",
            "/v1/batches",
            "/v1/batches/{id}",
            "/v1/batches/{id}/cancel",
            "/v1/models",
            "/v1/models/{model}",
            "/v1/commands/{command}",
            "/v1/usage",
            "/v1/keys",
            "/v1/keys/{name}",
            "/v1/providers"),
        paths);
  }

  @Test
  void namesEveryCodeOfAFaultOfTheProvider() throws IOException {
    String codes = contract().at("/components/schemas/Error").toString();

    for (UpstreamFault fault : UpstreamFault.values()) {
      assertTrue(codes.contains('`' + fault.code() + '`'), fault.code());
    }
  }

  @Test
  void refersToNothingThatIsNotThere() throws IOException {
    JsonNode contract = contract();

    for (JsonNode reference : contract.findValues("$ref")) {
      String pointer = reference.asText().substring(1);
      assertTrue(!contract.at(pointer).isMissingNode(), pointer);
    }
  }

  private static JsonNode contract() throws IOException {
    try (InputStream file = OpenApiTest.class.getResourceAsStream("/openapi/ai-proxy.yaml")) {
      assertNotNull(file);
      return new YAMLMapper().readTree(file);
    }
  }
}
