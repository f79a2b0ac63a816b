package io.ruche.embedservice.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.ruche.bus.CommandSpec;
import io.ruche.bus.envelope.Topics;
import io.ruche.embedservice.query.QueryReader;
import io.ruche.http.Failure;
import io.ruche.testing.AsyncApiFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code asyncapi/embed-service.yaml} says what the commands take and tell. */
final class DocumentCommandsTest {

  private final AsyncApiFile file;

  DocumentCommandsTest() throws IOException {
    file = AsyncApiFile.load("/asyncapi/embed-service.yaml");
  }

  @Test
  void isAsyncApi3ByItsOfficialSchema() throws IOException {
    assertEquals(List.of(), file.flaws());
  }

  @Test
  void hasTheTopicsOfTheCommandsAndTheirEvents() {
    Map<CommandSpec, List<String>> commands =
        Map.of(
            IndexHandler.command(), List.of("index", "documentIndexed", "documentFailed"),
            DeleteHandler.command(), List.of("delete", "documentDeleted", "deletionFailed"),
            ReembedHandler.command(),
                List.of("reembed", "collectionReembedded", "reembeddingFailed"));
    commands.forEach(
        (spec, channels) -> {
          assertEquals(command(spec.name()), address(channels.get(0)));
          assertEquals(event(spec.completedEvent()), address(channels.get(1)));
          assertEquals(event(spec.failedEvent()), address(channels.get(2)));
        });
    assertEquals(command(SearchHandler.NAME), address("search"));
    assertEquals(command("notify"), address("notify"));
    assertEquals(13, file.at("#/channels").size());
  }

  private static String command(String name) {
    return Topics.command("{tenant}", "{client}", "embed-service", name);
  }

  private static String event(@org.jspecify.annotations.Nullable String name) {
    return Topics.event("{tenant}", "embed-service", Objects.requireNonNull(name));
  }

  private String address(String channel) {
    return file.at("#/channels/" + channel).getString("address");
  }

  @TestFactory
  Stream<DynamicTest> hasExamplesThatFitTheirSchemas() {
    return file.at("#/components/messages").fieldNames().stream()
        .flatMap(
            name ->
                examples(name, "examples")
                    .map(
                        example ->
                            dynamicTest(
                                name + ": " + example.getString("name"),
                                () ->
                                    assertEquals(
                                        List.of(),
                                        file.mismatches(
                                            message(name).getJsonObject("payload"),
                                            example.getValue("payload"))))));
  }

  @TestFactory
  Stream<DynamicTest> takesAndRefusesDocumentsAsWritten() {
    return Stream.concat(
        examples("document", "examples")
            .map(one -> dynamicTest(one.getString("name"), () -> assertNotNull(order(one)))),
        examples("document", "x-refused-examples")
            .map(
                one ->
                    dynamicTest(
                        one.getString("name"),
                        () -> assertThrows(Failure.class, () -> order(one)))));
  }

  @TestFactory
  Stream<DynamicTest> takesAndRefusesQueriesAsWritten() {
    return Stream.concat(
        examples("query", "examples")
            .map(
                one ->
                    dynamicTest(
                        one.getString("name"),
                        () -> assertNotNull(QueryReader.read(one.getJsonObject("payload"))))),
        examples("query", "x-refused-examples")
            .map(
                one ->
                    dynamicTest(
                        one.getString("name"),
                        () ->
                            assertThrows(
                                Failure.class,
                                () -> QueryReader.read(one.getJsonObject("payload"))))));
  }

  private static Object order(JsonObject example) {
    JsonObject payload = example.getJsonObject("payload").copy();
    payload.remove("ruche");
    return IndexCommand.read(Buffer.buffer(payload.encode()), "koff", Instant.now());
  }

  private JsonObject message(String name) {
    return file.at("#/components/messages/" + name);
  }

  private Stream<JsonObject> examples(String name, String list) {
    return AsyncApiFile.list(message(name), list).stream();
  }
}
