package io.ruche.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.ApiKey;
import io.ruche.auth.Scope;
import io.ruche.auth.broker.TopicPermissions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the workflows that n8n's users import to what their key may do. */
class N8nWorkflowsTest {

  private static final Path FOLDER = Path.of("../../docs/n8n");
  private static final ApiKey KEY =
      new ApiKey(
          1,
          "local",
          "n8n",
          ApiKey.Kind.CLIENT,
          EnumSet.of(Scope.AI, Scope.EVENTS),
          null,
          Instant.EPOCH,
          null,
          null);

  @Test
  void haveNoKeyInThem() throws IOException {
    for (Path file : files("*.json")) {
      assertFalse(Files.readString(file).contains("rk_"), file.toString());
    }
  }

  @Test
  void nameCredentialsThatAreImportedWithThem() throws IOException {
    Set<String> known =
        objects(new JsonArray(Files.readString(FOLDER.resolve("credentials.json"))))
            .map(credential -> credential.getString("id"))
            .collect(Collectors.toSet());

    Set<String> named =
        nodes()
            .flatMap(node -> node.getJsonObject("credentials", new JsonObject()).stream())
            .map(credential -> ((JsonObject) credential.getValue()).getString("id"))
            .collect(Collectors.toSet());

    assertEquals(known, named);
  }

  @Test
  void useTopicsThatTheKeyMayUse() throws IOException {
    List<String> publishes = parameters("n8n-nodes-base.mqtt", "topic");
    List<String> subscribes = parameters("n8n-nodes-base.mqttTrigger", "topics");

    assertFalse(publishes.isEmpty());
    assertFalse(subscribes.isEmpty());
    for (String topic : publishes) {
      assertTrue(TopicPermissions.allowsPublish(KEY, topic, false), topic);
    }
    for (String topics : subscribes) {
      String[] topicAndQos = topics.split(":", -1);
      assertTrue(TopicPermissions.allowsSubscribe(KEY, topicAndQos[0]), topics);
      assertEquals("1", topicAndQos[1], topics);
    }
  }

  @Test
  void callTheServicesWhereTheyListen() throws IOException {
    for (String url : parameters("n8n-nodes-base.httpRequest", "url")) {
      assertTrue(
          url.matches(
              "=?http://127\\.0\\.0\\.1:(8101/v1/commands/|8102/v1/(commands|collections)/).+"),
          url);
    }
  }

  @Test
  void putObjectsBelowTheTenantsPrefix() throws IOException {
    List<String> files = parameters("n8n-nodes-base.s3", "fileName");

    assertFalse(files.isEmpty());
    for (String file : files) {
      assertTrue(file.matches("=?local/.+"), file);
    }
  }

  @Test
  void giveEachTriggerACredentialOfItsOwn() throws IOException {
    List<String> credentials =
        nodes()
            .filter(node -> node.getString("type").equals("n8n-nodes-base.mqttTrigger"))
            .map(node -> node.getJsonObject("credentials").getJsonObject("mqtt").getString("id"))
            .toList();

    assertEquals(Set.copyOf(credentials).size(), credentials.size(), credentials.toString());
  }

  private static List<String> parameters(String type, String name) throws IOException {
    return nodes()
        .filter(node -> node.getString("type").equals(type))
        .map(node -> node.getJsonObject("parameters").getString(name))
        .toList();
  }

  private static Stream<JsonObject> nodes() throws IOException {
    Stream.Builder<JsonObject> all = Stream.builder();
    for (Path file : files("*-*.json")) {
      objects(new JsonObject(Files.readString(file)).getJsonArray("nodes")).forEach(all);
    }
    return all.build();
  }

  private static Stream<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast);
  }

  private static List<Path> files(String glob) throws IOException {
    try (Stream<Path> found = Files.list(FOLDER)) {
      return found
          .filter(
              file ->
                  FOLDER.getFileSystem().getPathMatcher("glob:" + glob).matches(file.getFileName()))
          .sorted()
          .toList();
    }
  }
}
