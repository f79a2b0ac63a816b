package io.ruche.aiproxy.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.ruche.aiproxy.events.notice.BudgetEvents;
import io.ruche.aiproxy.events.notice.ProviderEvents;
import io.ruche.aiproxy.events.notice.UsageEvents;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.EnvelopeReader;
import io.ruche.bus.envelope.EnvelopeReader.Incoming;
import io.ruche.bus.envelope.Refusal;
import io.ruche.bus.envelope.Topics;
import io.ruche.http.Failure;
import io.ruche.testing.AsyncApiFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code asyncapi/ai-proxy.yaml} says what the command chat takes and tells. */
final class AsyncApiTest {

  private static final CommandSpec TRANSCRIBE = TranscribeHandler.command(Duration.ofMinutes(2));
  private static final CommandSpec CHAT = ChatHandler.command(Duration.ofMinutes(2), 16);

  private final AsyncApiFile file;
  private final AsyncApiFile bus;

  AsyncApiTest() throws IOException {
    file = AsyncApiFile.load("/asyncapi/ai-proxy.yaml");
    bus = AsyncApiFile.load("/asyncapi/bus.yaml");
  }

  @Test
  void isAsyncApi3ByItsOfficialSchema() throws IOException {
    assertEquals(List.of(), file.flaws());
  }

  @Test
  void hasTheTopicsOfTheCommandAndItsEvents() {
    assertEquals(Topics.command("{tenant}", "{client}", "ai-proxy", CHAT.name()), address("chat"));
    assertEquals(event(CHAT.completedEvent()), address("chatCompleted"));
    assertEquals(event(CHAT.failedEvent()), address("chatFailed"));
    assertEquals(Topics.receipt("{tenant}", "{client}", "{id}"), address("receipt"));
    assertEquals(Topics.replies("{tenant}", "{client}") + "{correlation}", address("reply"));
    assertEquals(event(ProviderEvents.DOWN), address("providerDown"));
    assertEquals(event(ProviderEvents.UP), address("providerUp"));
    assertEquals(event(BudgetEvents.WARNING), address("budgetWarning"));
    assertEquals(event(BudgetEvents.EXCEEDED), address("budgetExceeded"));
    assertEquals(
        Topics.command("{tenant}", "{client}", "ai-proxy", TRANSCRIBE.name()),
        address("transcribe"));
    assertEquals(event(TRANSCRIBE.completedEvent()), address("transcribed"));
    assertEquals(event(TRANSCRIBE.failedEvent()), address("transcriptionFailed"));
    assertEquals(event(UsageEvents.RECORDED), address("usageRecorded"));
    assertEquals(address("reply"), address("pieces"));
    assertEquals(14, file.at("#/channels").size());
  }

  private static String event(String name) {
    return Topics.event("{tenant}", "ai-proxy", Objects.requireNonNull(name));
  }

  private String address(String channel) {
    return file.at("#/channels/" + channel).getString("address");
  }

  @Test
  void repeatsWhatTheBusSaysInItsWords() {
    for (String schema : List.of("about", "receipt")) {
      assertEquals(
          bus.at("#/components/schemas/" + schema + "/properties").fieldNames(),
          file.at("#/components/schemas/" + schema + "/properties").fieldNames());
      assertEquals(
          bus.at("#/components/schemas/" + schema).getJsonArray("required"),
          file.at("#/components/schemas/" + schema).getJsonArray("required"));
    }
    Set<String> ofFailures =
        new HashSet<>(bus.at("#/components/schemas/error/properties").fieldNames());
    ofFailures.remove("details"); // These commands tell none.
    assertEquals(ofFailures, file.at("#/components/schemas/failure/properties").fieldNames());
    assertEquals(
        bus.document().getJsonObject("servers").getJsonObject("broker").getString("host"),
        file.document().getJsonObject("servers").getJsonObject("broker").getString("host"));
  }

  @Test
  void hasTheFieldsOfTheShorthand() {
    Set<String> written =
        new TreeSet<>(file.at("#/components/schemas/prompt/properties").fieldNames());
    assertTrue(written.remove("ruche"));
    assertEquals(new TreeSet<>(ChatBody.SHORTHAND), written);
  }

  @Test
  void namesTheTypesThatAreSent() {
    assertEquals(
        Set.of(
            "chat-completed",
            "chat-failed",
            "chat-result",
            "chat-error",
            "transcribed",
            "transcription-failed",
            "transcribe-result",
            "transcribe-error",
            "chat-piece",
            ProviderEvents.DOWN,
            ProviderEvents.UP,
            BudgetEvents.WARNING,
            BudgetEvents.EXCEEDED,
            UsageEvents.RECORDED),
        Set.copyOf(
            file.at("#/components/schemas/about/properties/type").getJsonArray("enum").stream()
                .map(String::valueOf)
                .toList()));
  }

  @TestFactory
  Stream<DynamicTest> hasExamplesThatFitTheirSchemas() {
    return examples(file.at("#/components/messages").fieldNames(), "examples")
        .map(one -> dynamicTest(one.title(), () -> assertEquals(List.of(), mismatches(one))));
  }

  @TestFactory
  Stream<DynamicTest> hasCommandsThatAreTaken() {
    return examples(commands(), "examples")
        .map(
            one ->
                dynamicTest(
                    one.title(),
                    () -> {
                      JsonObject body = sent(one);
                      assertNotNull(body.getString("model"));
                      assertFalse(body.containsKey("ruche"));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> hasTranscriptionsThatAreTakenAndRefused() {
    Set<String> messages = file.messages("transcribe").keySet();
    return Stream.concat(
        examples(messages, "examples")
            .map(one -> dynamicTest(one.title(), () -> assertNotNull(transcription(one)))),
        examples(messages, "x-refused-examples")
            .map(
                one ->
                    dynamicTest(
                        one.title(), () -> assertThrows(Failure.class, () -> transcription(one)))));
  }

  @Test
  void hasTheFieldsOfATranscription() {
    Set<String> written =
        new TreeSet<>(file.at("#/components/schemas/sound/properties").fieldNames());
    written.addAll(file.at("#/components/schemas/storedSound/properties").fieldNames());
    assertTrue(written.remove("ruche"));
    assertEquals(new TreeSet<>(Transcription.FIELDS), written);
  }

  @TestFactory
  Stream<DynamicTest> hasRefusedCommandsThatAreRefused() {
    return examples(commands(), "x-refused-examples")
        .map(one -> dynamicTest(one.title(), () -> assertThrows(Failure.class, () -> sent(one))));
  }

  private Set<String> commands() {
    return file.messages("chat").keySet();
  }

  private record Example(String message, JsonObject schema, JsonObject example) {
    String title() {
      return message + ": " + example.getString("name");
    }
  }

  private Stream<Example> examples(Set<String> messages, String list) {
    return messages.stream()
        .map(name -> Map.entry(name, file.at("#/components/messages/" + name)))
        .flatMap(
            message ->
                AsyncApiFile.list(message.getValue(), list).stream()
                    .map(
                        example ->
                            new Example(
                                message.getKey(),
                                message.getValue().getJsonObject("payload"),
                                example)));
  }

  private List<String> mismatches(Example one) {
    return file.mismatches(one.schema(), one.example().getValue("payload"));
  }

  /** What would go to the provider. */
  private static JsonObject sent(Example one) throws Refusal {
    return ChatBody.of(payload(CHAT, one), "default").toJsonObject();
  }

  private static Transcription transcription(Example one) throws Refusal {
    return Transcription.read(payload(TRANSCRIBE, one), "koff", "default");
  }

  private static Buffer payload(CommandSpec command, Example one) throws Refusal {
    Envelope envelope =
        EnvelopeReader.read(
            new Incoming(
                "koff",
                "n8n",
                command.name(),
                Topics.command("koff", "n8n", "ai-proxy", command.name()),
                Map.of(),
                null,
                null,
                null,
                null,
                Buffer.buffer(one.example().getJsonObject("payload").encode())));
    return envelope.payload().data();
  }
}
