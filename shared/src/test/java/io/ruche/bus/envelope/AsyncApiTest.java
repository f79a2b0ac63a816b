package io.ruche.bus.envelope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.ruche.bus.envelope.EnvelopeReader.Incoming;
import io.ruche.bus.envelope.Refusal.Reason;
import io.ruche.testing.AsyncApiFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code asyncapi/bus.yaml} says what the code does, and the code does what it says. */
class AsyncApiTest {

  private final AsyncApiFile file;

  AsyncApiTest() throws IOException {
    file = AsyncApiFile.load("/asyncapi/bus.yaml");
  }

  @Test
  void isAsyncApi3ByItsOfficialSchema() throws IOException {
    assertEquals(List.of(), file.flaws());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/operations/takeCommand/action=take",
        "/operations/takeCommand/bindings/mqtt/qos=7",
        "/channels/command/adress=x",
        "/channels/command/messages/bytes=5",
        "/components/schemas/id/type=strng",
        "/asyncapi=2.6.0"
      })
  void isHeldToThatSchemaStrictly(String damage) throws IOException {
    JsonObject document = file.document();
    String[] steps = damage.substring(1, damage.indexOf('=')).split("/", -1);
    JsonObject at = document;
    for (int i = 0; i < steps.length - 1; i++) {
      at = at.getJsonObject(steps[i]);
    }
    at.put(steps[steps.length - 1], damage.substring(damage.indexOf('=') + 1));
    assertFalse(AsyncApiFile.of(document).flaws().isEmpty());
  }

  @Test
  void findsReferencesThatLeadNowhere() throws IOException {
    JsonObject document = file.document();
    document.getJsonObject("components").getJsonObject("schemas").remove("about");
    assertTrue(
        AsyncApiFile.of(document).flaws().contains("#/components/schemas/about leads nowhere"));
  }

  @Test
  void hasTheTopicsThatTheCodeBuilds() {
    Map<String, String> built = new TreeMap<>();
    built.put("command", Topics.command("koff", "n8n", "ai-proxy", "chat"));
    built.put("event", Topics.event("koff", "ai-proxy", "said"));
    built.put("receipt", Topics.receipt("koff", "n8n", "a-1"));
    built.put("reply", Topics.replies("koff", "n8n") + "c-1");
    built.put("pieces", Topics.replies("koff", "n8n") + "c-1");
    built.put("device", "ruche/koff/dev/boiler/tele");
    Map<String, String> values =
        Map.of(
            "tenant",
            "koff",
            "client",
            "n8n",
            "service",
            "ai-proxy",
            "command",
            "chat",
            "event",
            "said",
            "id",
            "a-1",
            "correlation",
            "c-1",
            "device",
            "boiler",
            "kind",
            "tele");
    Map<String, String> written = new TreeMap<>();
    for (String channel : file.at("#/channels").fieldNames()) {
      String address = file.at("#/channels/" + channel).getString("address");
      if (address != null) {
        Set<String> parameters = file.at("#/channels/" + channel + "/parameters").fieldNames();
        for (String parameter : parameters) {
          assertTrue(address.contains("{" + parameter + "}"), channel + " " + parameter);
          address = address.replace("{" + parameter + "}", values.get(parameter));
        }
        written.put(channel, address);
      }
    }
    assertEquals(built, written);
  }

  @Test
  void knowsEveryBuilderOfTopics() {
    Set<String> builders =
        Arrays.stream(Topics.class.getDeclaredMethods())
            .filter(method -> Modifier.isStatic(method.getModifiers()))
            .filter(method -> method.getReturnType() == String.class && !method.isSynthetic())
            .map(Method::getName)
            .collect(Collectors.toSet());
    // A new one needs a channel, and a line in the test above; commandsOf are filters.
    assertEquals(Set.of("commandsOf", "command", "event", "replies", "receipt"), builders);
  }

  @Test
  void hasTheReasonsOfTheCodeAndTheirStatus() {
    Map<String, Integer> code = new TreeMap<>();
    for (Reason reason : Reason.values()) {
      code.put(reason.code(), reason.status());
    }
    Map<String, Integer> written = new TreeMap<>();
    file.at("#/components/messages/commandRefused/x-reasons")
        .forEach(
            reason ->
                written.put(
                    reason.getKey(), ((JsonObject) reason.getValue()).getInteger("status")));
    assertEquals(code, written);
    assertEquals(
        code.keySet(),
        new TreeSet<>(
            file.at("#/components/schemas/refusal/properties/reason").getJsonArray("enum").stream()
                .map(String::valueOf)
                .toList()));
  }

  @Test
  void hasTheFieldsOfTheReservedObject() {
    assertEquals(
        Set.copyOf(PlainJson.RESERVED),
        file.at("#/components/schemas/reserved/properties").fieldNames());
  }

  @Test
  void hasTheAttributesOfAStructuredEvent() {
    Set<String> written =
        new TreeSet<>(file.at("#/components/schemas/structured/properties").fieldNames());
    written.removeAll(Set.of("data", "type"));
    assertEquals(new TreeSet<>(PlainJson.ATTRIBUTES), written);
  }

  @Test
  void hasThePropertiesThatAreReadBesideThePayload() throws Refusal {
    Set<String> asked = new TreeSet<>();
    Map<String, String> spy =
        new HashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          public String get(Object name) {
            asked.add((String) name);
            return super.get(name);
          }
        };
    EnvelopeReader.read(
        new Incoming("koff", "n8n", "chat", "t", spy, null, null, null, null, Buffer.buffer("{}")));
    assertEquals(
        asked, new TreeSet<>(file.at("#/components/schemas/properties/properties").fieldNames()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "A.b_c-9", ".", "..", "...", "", "a b", "é", "a/b", "#", "{64}", "{65}"})
  void hasTheAlphabetsOfTheCode(String text) {
    String candidate =
        text.matches("\\{\\d+}")
            ? "x".repeat(Integer.parseInt(text.substring(1, text.length() - 1)))
            : text;
    assertEquals(
        Identifiers.isId(candidate),
        file.mismatches(file.at("#/components/schemas/id"), candidate).isEmpty());
    assertEquals(
        Identifiers.isLevel(candidate),
        file.mismatches(file.at("#/components/schemas/level"), candidate).isEmpty());
    String topic = "ruche/koff/reply/n8n/" + candidate;
    assertEquals(
        Topics.isOwnReply(topic, "koff", "n8n"),
        file.mismatches(file.at("#/components/schemas/replyTopic"), topic).isEmpty());
  }

  @TestFactory
  Stream<DynamicTest> hasExamplesThatFitTheirSchemas() {
    return file.at("#/channels").fieldNames().stream()
        .flatMap(channel -> file.messages(channel).values().stream())
        .flatMap(
            message ->
                AsyncApiFile.list(message, "examples").stream()
                    .map(
                        example ->
                            dynamicTest(title(message, example), () -> fits(message, example))));
  }

  private void fits(JsonObject message, JsonObject example) {
    assertEquals(
        List.of(), file.mismatches(message.getJsonObject("payload"), example.getValue("payload")));
    if (example.containsKey("headers")) {
      assertEquals(
          List.of(),
          file.mismatches(message.getJsonObject("headers"), example.getJsonObject("headers")));
    }
  }

  @TestFactory
  Stream<DynamicTest> hasCommandsThatAreTaken() {
    return commands("examples")
        .map(
            one ->
                dynamicTest(
                    title(one.message, one.example), () -> takes(one.example, read(one.example))));
  }

  private static void takes(JsonObject example, Envelope envelope) {
    JsonObject beside = example.getJsonObject("headers", new JsonObject());
    JsonObject inside = new JsonObject();
    if (example.getValue("payload") instanceof JsonObject payload) {
      inside =
          payload.containsKey("specversion")
              ? payload
              : payload.getJsonObject("ruche", new JsonObject());
    }
    String id = beside.getString("id", inside.getString("id"));
    assertEquals(id == null ? 26 : id.length(), envelope.id().length());
    assertTrue(id == null || id.equals(envelope.id()));
    assertFalse(envelope.payload().data().toString().contains("ruche"));
  }

  @TestFactory
  Stream<DynamicTest> hasRefusedCommandsThatAreRefusedForTheirReason() {
    return commands("x-refused-examples")
        .map(
            one ->
                dynamicTest(
                    title(one.message, one.example),
                    () -> {
                      Refusal refusal = assertThrows(Refusal.class, () -> read(one.example));
                      assertEquals(
                          one.example.getString("reason"),
                          refusal.reason().code(),
                          refusal.detail());
                    }));
  }

  @Test
  void showsEveryReasonThatAMessageItselfCanHave() {
    Set<String> shown =
        commands("x-refused-examples")
            .map(one -> one.example.getString("reason"))
            .collect(Collectors.toSet());
    assertEquals(Set.of("bad_envelope", "bad_id", "foreign_reply_topic"), shown);
  }

  private record Example(JsonObject message, JsonObject example) {}

  private Stream<Example> commands(String list) {
    return file.messages("command").values().stream()
        .flatMap(
            message ->
                AsyncApiFile.list(message, list).stream()
                    .map(example -> new Example(message, example)));
  }

  private static Envelope read(JsonObject example) throws Refusal {
    Map<String, String> attributes = new HashMap<>();
    example
        .getJsonObject("headers", new JsonObject())
        .forEach(header -> attributes.put(header.getKey(), (String) header.getValue()));
    Object payload = example.getValue("payload");
    return EnvelopeReader.read(
        new Incoming(
            "koff",
            "n8n",
            "chat",
            IncomingMessage.TOPIC,
            attributes,
            null,
            null,
            null,
            null,
            payload instanceof String text ? Buffer.buffer(text) : Json.encodeToBuffer(payload)));
  }

  private static String title(JsonObject message, JsonObject example) {
    return message.getString("title") + ": " + example.getString("name");
  }
}
