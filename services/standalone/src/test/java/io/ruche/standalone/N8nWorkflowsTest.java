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

    assertEquals(1, publishes.size());
    assertEquals(1, subscribes.size());
    assertTrue(TopicPermissions.allowsPublish(KEY, publishes.getFirst(), false));
    String[] topicAndQos = subscribes.getFirst().split(":", -1);
    assertTrue(TopicPermissions.allowsSubscribe(KEY, topicAndQos[0]));
    assertEquals("1", topicAndQos[1]);
  }

  @Test
  void callThePortOfAiProxy() throws IOException {
    for (String url : parameters("n8n-nodes-base.httpRequest", "url")) {
      assertTrue(url.replaceFirst("^=", "").startsWith("http://127.0.0.1:8101/v1/commands/"), url);
    }
  }

  private static List<String> parameters(String type, String name) throws IOException {
    return nodes()
        .filter(node -> node.getString("type").equals(type))
        .map(node -> node.getJsonObject("parameters").getString(name))
        .toList();
  }

  private static Stream<JsonObject> nodes() throws IOException {
    Stream.Builder<JsonObject> all = Stream.builder();
    for (Path file : files("chat-*.json")) {
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
