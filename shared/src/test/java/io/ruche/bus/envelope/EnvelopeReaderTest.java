package io.ruche.bus.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.envelope.EnvelopeReader.Incoming;
import io.ruche.bus.envelope.Refusal.Reason;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands beside the payload, and what wins. */
class EnvelopeReaderTest {

  private static final String PLAIN =
      "{\"a\":1,\"ruche\":{\"id\":\"in\",\"key\":\"in\",\"correlationId\":\"in\","
          + "\"replyTo\":\"ruche/koff/reply/n8n/in\",\"expires\":\"2026-01-01T00:00:00Z\","
          + "\"traceparent\":\"in\"}}";

  @Test
  void letsPropertiesWinOverThePayload() throws Refusal {
    Envelope envelope =
        IncomingMessage.of(PLAIN)
            .with("id", "out")
            .with("key", "out")
            .with("correlationid", "out")
            .with("replyto", "ruche/koff/reply/n8n/out")
            .with("expires", "2027-01-01T00:00:00Z")
            .with("traceparent", "out")
            .with("source", "/out")
            .with("subject", "out")
            .read();
    assertEquals("out", envelope.id());
    assertEquals("out", envelope.key());
    assertEquals("out", envelope.correlationId());
    assertEquals("ruche/koff/reply/n8n/out", envelope.replyTo());
    assertEquals(Instant.parse("2027-01-01T00:00:00Z"), envelope.expires());
    assertEquals("out", envelope.traceparent());
    assertEquals("/out", envelope.source());
    assertEquals("out", envelope.subject());
    assertEquals("{\"a\":1}", envelope.payload().data().toString());
  }

  @Test
  void letsMqttsOwnPropertiesWinOverUserProperties() throws Refusal {
    Envelope envelope =
        IncomingMessage.of(PLAIN)
            .with("correlationid", "user")
            .with("replyto", "ruche/koff/reply/n8n/user")
            .with("expires", "2027-01-01T00:00:00Z")
            .answeredAt("ruche/koff/reply/n8n/own")
            .correlatedBy("own".getBytes(StandardCharsets.UTF_8))
            .expiring(Instant.parse("2028-01-01T00:00:00Z"))
            .read();
    assertEquals("ruche/koff/reply/n8n/own", envelope.replyTo());
    assertEquals("own", envelope.correlationId());
    assertEquals(Instant.parse("2028-01-01T00:00:00Z"), envelope.expires());
  }

  @Test
  void leavesThePayloadAloneInBinaryMode() throws Refusal {
    Envelope envelope = IncomingMessage.of(PLAIN).with("specversion", "1.0").with("id", "b").read();
    assertEquals("b", envelope.id());
    assertNull(envelope.key());
    assertEquals(PLAIN, envelope.payload().data().toString());
    assertEquals("application/octet-stream", envelope.payload().contentType());
  }

  @Test
  void refusesAnotherVersionOfCloudEventsBesideThePayload() {
    IncomingMessage.of("{}").with("specversion", "0.3").refusedAs(Reason.BAD_ENVELOPE);
  }

  @Test
  void takesTenantClientAndCommandFromTheTopicAlone() throws Refusal {
    Envelope envelope =
        IncomingMessage.of("{\"tenant\":\"azoth\",\"client\":\"x\",\"type\":\"y\"}")
            .with("tenant", "azoth")
            .with("client", "x")
            .with("type", "y")
            .with("topic", "z")
            .read();
    assertEquals("koff", envelope.tenant());
    assertEquals("n8n", envelope.client());
    assertEquals("chat", envelope.type());
    assertEquals(IncomingMessage.TOPIC, envelope.topic());
    assertEquals(IncomingMessage.TOPIC, envelope.source());
  }

  @Test
  void takesTheLongestTopicThereIs() throws Refusal {
    String level = "x".repeat(64);
    String topic = Topics.command(level, level, level, level);
    Envelope envelope =
        EnvelopeReader.read(
            new Incoming(
                level, level, level, topic, Map.of(), null, null, null, null, Buffer.buffer("{}")));
    assertEquals(topic, envelope.source());
  }

  @Test
  void mintsADifferentIdForEachMessageWithoutOne() throws Refusal {
    assertNotEquals(IncomingMessage.of("{}").read().id(), IncomingMessage.of("{}").read().id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "a\nb", "é", "a\u0000", ".", "..", "#", "{}"})
  void refusesABadIdFromEverywhere(String id) {
    String detail = IncomingMessage.of("{}").with("id", id).refusedAs(Reason.BAD_ID);
    assertTrue(detail.contains("1 to 64"), detail);
    IncomingMessage.of(
            new io.vertx.core.json.JsonObject()
                .put("ruche", new io.vertx.core.json.JsonObject().put("id", id))
                .encode())
        .refusedAs(Reason.BAD_ID);
  }

  @Test
  void boundsTheIdAt64Characters() throws Refusal {
    assertEquals(64, IncomingMessage.of("{}").with("id", "x".repeat(64)).read().id().length());
    String detail =
        IncomingMessage.of("{}").with("id", "x".repeat(65_000)).refusedAs(Reason.BAD_ID);
    assertTrue(detail.length() < 250, "a refusal does not repeat all it was sent");
  }

  @Test
  void answersBelowTheCorrelationWhenNoTopicIsGiven() throws Refusal {
    assertEquals(
        "ruche/koff/reply/n8n/c-1",
        IncomingMessage.of("{\"ruche\":{\"correlationId\":\"c-1\"}}").read().replyTo());
    assertNull(IncomingMessage.of("{\"ruche\":{\"correlationId\":\"c 1\"}}").read().replyTo());
  }

  @Test
  void showsBinaryCorrelationDataAsHexadecimalAndKeepsItsBytes() throws Refusal {
    byte[] binary = {0, (byte) 0xC3, 0x28};
    Envelope envelope = IncomingMessage.of("{}").correlatedBy(binary).read();
    assertEquals("00c328", envelope.correlationId());
    assertEquals("ruche/koff/reply/n8n/00c328", envelope.replyTo());
    assertArrayEquals(binary, Objects.requireNonNull(envelope.correlationData()).getBytes());
    assertEquals(
        "61efbfbe",
        IncomingMessage.of("{}")
            .correlatedBy("a\uFFFE".getBytes(StandardCharsets.UTF_8))
            .read()
            .correlationId());
    assertEquals("", IncomingMessage.of("{}").correlatedBy().read().correlationId());
  }

  @Test
  void refusesCorrelationDataThatIsTooLong() {
    IncomingMessage.of("{}").correlatedBy(new byte[129]).refusedAs(Reason.BAD_ENVELOPE);
    IncomingMessage.of("{}")
        .correlatedBy("x".repeat(257).getBytes(StandardCharsets.UTF_8))
        .refusedAs(Reason.BAD_ENVELOPE);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T18:30:00Z,           2026-11-21T18:30:00Z",
    "2026-11-21T18:30Z,              2026-11-21T18:30:00Z",
    "2026-11-21T18:30:00.123456Z,    2026-11-21T18:30:00.123456Z",
    "2026-11-21T18:30:00+02:00,      2026-11-21T16:30:00Z",
    "2026-11-21T18:30:00-09:30,      2026-11-22T04:00:00Z",
    "2024-02-29T00:00:00Z,           2024-02-29T00:00:00Z"
  })
  void readsTimesWithTheirOffset(String text, Instant expected) throws Refusal {
    assertEquals(expected, IncomingMessage.of("{}").with("expires", text).read().expires());
    assertEquals(
        expected,
        IncomingMessage.of("{\"ruche\":{\"expires\":\"" + text + "\"}}").read().expires());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "2026-11-21",
        "2026-11-21T18:30:00",
        "1763749800",
        "2023-02-29T00:00:00Z",
        "2026-11-21T25:00:00Z",
        "2026-11-21 18:30:00Z",
        "+9999999999-01-01T00:00:00Z",
        "PT5M"
      })
  void refusesWhatIsNoTime(String text) {
    String detail = IncomingMessage.of("{}").with("expires", text).refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains("2026-11-21T18:30:00Z"), detail);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ruche/koff/reply/n8n/c",
        "ruche/koff/reply/n8n/A.b_c-9",
        "ruche/koff/reply/n8n/a/b/c",
        "ruche/koff/reply/n8n/..."
      })
  void takesAReplyTopicBelowTheClientsOwn(String topic) throws Refusal {
    assertEquals(topic, IncomingMessage.of("{}").answeredAt(topic).read().replyTo());
    assertEquals(topic, IncomingMessage.of("{}").with("replyto", topic).read().replyTo());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "ruche/koff/reply/n8n",
        "ruche/koff/reply/n8n/",
        "ruche/koff/reply/n8n//c",
        "ruche/koff/reply/n8n/c/",
        "ruche/koff/reply/n8n/+",
        "ruche/koff/reply/n8n/#",
        "ruche/koff/reply/n8n/a+b",
        "ruche/koff/reply/n8n/..",
        "ruche/koff/reply/n8n/../grafana/c",
        "ruche/koff/reply/n8n/./c",
        "ruche/koff/reply/n8n/a b",
        "ruche/koff/reply/n8n/é",
        "ruche/koff/reply/n8n/a\u0000",
        "ruche/koff/reply/n8n2/c",
        "ruche/koff/reply/grafana/c",
        "ruche/azoth/reply/n8n/c",
        "ruche/koff/evt/n8n/c",
        "/ruche/koff/reply/n8n/c",
        "RUCHE/koff/reply/n8n/c",
        "$share/g/ruche/koff/reply/n8n/c",
        "ruche/koff/cmd/n8n/ai-proxy/chat"
      })
  void refusesAnyOtherReplyTopic(String topic) {
    String detail =
        IncomingMessage.of("{}").answeredAt(topic).refusedAs(Reason.FOREIGN_REPLY_TOPIC);
    assertTrue(detail.contains("ruche/koff/reply/n8n/"), detail);
    IncomingMessage.of("{}").with("replyto", topic).refusedAs(Reason.FOREIGN_REPLY_TOPIC);
  }

  @Test
  void refusesAReplyTopicThatIsTooLong() throws Refusal {
    String own = "ruche/koff/reply/n8n/";
    String longest = own + "x".repeat(64) + "/" + "x".repeat(64) + "/" + "x".repeat(64);
    assertEquals(longest, IncomingMessage.of("{}").answeredAt(longest).read().replyTo());
    IncomingMessage.of("{}").answeredAt(own + "x".repeat(65)).refusedAs(Reason.FOREIGN_REPLY_TOPIC);
    IncomingMessage.of("{}")
        .answeredAt(own + "x/".repeat(150) + "x")
        .refusedAs(Reason.FOREIGN_REPLY_TOPIC);
  }

  @ParameterizedTest
  @ValueSource(strings = {"key", "correlationid", "subject", "source", "traceparent"})
  void boundsEveryAttribute(String name) throws Refusal {
    IncomingMessage.of("{}").with(name, "é".repeat(256)).read();
    String detail =
        IncomingMessage.of("{}").with(name, "x".repeat(257)).refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains("257"), detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"key", "correlationid", "subject", "source", "traceparent"})
  void refusesAttributesThatBrokersRefuse(String name) {
    for (String bad :
        new String[] {"a\u0000b", "a\nb", "\u0085", "\u007F", "\uD800", "\uDC00\uD800", "\uFFFE"}) {
      String detail = IncomingMessage.of("{}").with(name, bad).refusedAs(Reason.BAD_ENVELOPE);
      assertTrue(detail.contains("control characters"), detail);
    }
  }

  @Test
  void refusesControlCharactersThatCameEscapedInJson() {
    IncomingMessage.of("{\"ruche\":{\"correlationId\":\"a\\u0001\"}}")
        .refusedAs(Reason.BAD_ENVELOPE);
    IncomingMessage.of("{\"ruche\":{\"key\":\"\\ud83d\"}}").refusedAs(Reason.BAD_ENVELOPE);
    IncomingMessage.of("{\"specversion\":\"1.0\",\"data\":1,\"datacontenttype\":\"a\\u0000\"}")
        .refusedAs(Reason.BAD_ENVELOPE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "APPLICATION/JSON ; charset=utf-8", "a/b+json"})
  void refusesBrokenJsonThatIsCalledJson(String type) throws Refusal {
    String detail = IncomingMessage.of("{\"prompt\":").typed(type).refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains(type), detail);
    IncomingMessage.of("{} {}").typed(type).refusedAs(Reason.BAD_ENVELOPE);
    IncomingMessage.of(" ").typed(type).refusedAs(Reason.BAD_ENVELOPE);
    IncomingMessage.of("{}".getBytes(StandardCharsets.UTF_16))
        .typed(type)
        .refusedAs(Reason.BAD_ENVELOPE);
    IncomingMessage.of("{\"a\":")
        .with("specversion", "1.0")
        .with("datacontenttype", type)
        .refusedAs(Reason.BAD_ENVELOPE);
    assertEquals("", IncomingMessage.of("").typed(type).data());
    assertEquals(type, IncomingMessage.of("[1]").typed(type).read().payload().contentType());
  }

  @Test
  void keepsTheContentTypeThatWasTold() throws Refusal {
    assertEquals(
        "text/csv", IncomingMessage.of("a;b").typed("text/csv").read().payload().contentType());
    assertEquals(
        "text/plain",
        IncomingMessage.of("x")
            .with("datacontenttype", "text/plain")
            .typed("a/b")
            .read()
            .payload()
            .contentType());
  }

  @Test
  void refusesUnderTheIdThatTheSenderGave() {
    assertEquals("a", refusedId(IncomingMessage.of("{\"ruche\":{\"id\":\"a\",\"x\":1}}")));
    assertEquals("a", refusedId(IncomingMessage.of("{\"ruche\":{\"x\":1,\"id\":\"a\"}}")));
    assertEquals(
        "a", refusedId(IncomingMessage.of("{\"ruche\":{\"id\":\"a\",\"expires\":\"soon\"}}")));
    assertEquals(
        "out",
        refusedId(
            IncomingMessage.of("{\"ruche\":{\"id\":\"in\"}}").with("id", "out").answeredAt("x")));
    assertEquals("out", refusedId(IncomingMessage.of("{\"ruche\":5}").with("id", "out")));
    assertNull(refusedId(IncomingMessage.of("{}").with("id", "not an id")));
    assertNull(refusedId(IncomingMessage.of("{\"ruche\":5}")));
  }

  private static @Nullable String refusedId(IncomingMessage message) {
    return assertThrows(Refusal.class, message::read).id();
  }

  @Test
  void keepsTheTimeOfACloudEventAndTakesNoOtherPropertyForOne() throws Refusal {
    String time = "2026-11-21T18:30:00+01:00";
    assertEquals(time, IncomingMessage.of("{}").with("time", time).read().time());
    Instant before = Instant.now();
    String taken = IncomingMessage.of("{}").with("time", "half past six").read().time();
    assertFalse(Instant.parse(taken).isBefore(before));
    IncomingMessage.of("{}")
        .with("specversion", "1.0")
        .with("time", "half past six")
        .refusedAs(Reason.BAD_ENVELOPE);
  }
}
