package io.ruche.embedservice;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the published contract to the code. */
final class ContractTest {

  @Test
  void refersToNothingThatIsNotThere() throws IOException {
    JsonNode contract = contract();

    for (JsonNode reference : contract.findValues("$ref")) {
      String pointer = reference.asText().substring(1);
      assertTrue(!contract.at(pointer).isMissingNode(), pointer);
    }
  }

  @Test
  void givesEveryOperationAnIdATagAndASummary() throws IOException {
    List<String> tags = contract().get("tags").findValuesAsText("name");
    for (JsonNode path : contract().get("paths")) {
      path.properties().stream()
          .filter(member -> !member.getKey().equals("parameters"))
          .forEach(
              member -> {
                JsonNode operation = member.getValue();
                assertTrue(operation.hasNonNull("operationId"), operation.toString());
                assertTrue(operation.hasNonNull("summary"), operation.toString());
                assertTrue(tags.contains(operation.at("/tags/0").asText()), operation.toString());
              });
    }
  }

  private static JsonNode contract() throws IOException {
    try (InputStream file = ContractTest.class.getResourceAsStream("/openapi/embed-service.yaml")) {
      assertNotNull(file);
      return new YAMLMapper().readTree(file);
    }
  }
}
