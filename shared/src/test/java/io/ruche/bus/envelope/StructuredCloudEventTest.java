package io.ruche.bus.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.envelope.Refusal.Reason;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A CloudEvent 1.0 as the payload. */
class StructuredCloudEventTest {

  private static String event(String members) {
    return "{\"specversion\":\"1.0\",\"type\":\"chat\",\"source\":\"/crm\",\"id\":\"e-1\""
        + members
        + "}";
  }

  @Test
  void readsAttributesAndExtensions() throws Refusal {
    Envelope envelope =
        IncomingMessage.of(
                event(
                    ",\"subject\":\"s\",\"key\":\"k\",\"correlationid\":\"c\","
                        + "\"replyto\":\"ruche/koff/reply/n8n/r\","
                        + "\"expires\":\"2026-11-21T19:30:00+01:00\",\"traceparent\":\"00-t\","
                        + "\"data\":{\"prompt\":\"salut\"}"))
            .read();
    assertEquals("e-1", envelope.id());
    assertEquals("/crm", envelope.source());
    assertEquals("s", envelope.subject());
    assertEquals("k", envelope.key());
    assertEquals("c", envelope.correlationId());
    assertEquals("ruche/koff/reply/n8n/r", envelope.replyTo());
    assertEquals(Instant.parse("2026-11-21T18:30:00Z"), envelope.expires());
    assertEquals("00-t", envelope.traceparent());
    assertEquals("chat", envelope.type());
    assertEquals("application/json", envelope.payload().contentType());
    assertEquals("{\"prompt\":\"salut\"}", envelope.payload().data().toString());
  }

  @Test
  void keepsTheTimeThatTheSenderTold() throws Refusal {
    String time = "2026-11-21T19:30:00.5+01:00";
    assertEquals(time, IncomingMessage.of(event(",\"time\":\"" + time + "\"")).read().time());
    String detail = IncomingMessage.of(event(",\"time\":\"noon\"")).refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains("time 'noon' is not a time"), detail);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": [1, {\"b\" : null}] }",
        "[ 1 ,2 ]",
        "\"text \\u00e9 é\"",
        "0",
        "-12.50e-3",
        "123456789012345678901234567890",
        "true",
        "false",
        "null",
        "{}",
        "\"\"",
        "{\"ruche\":{\"id\":\"stays\"}}"
      })
  void keepsDataOfEveryTypeByteByByte(String data) throws Refusal {
    assertEquals(data, IncomingMessage.of(event(",\"data\":" + data)).data());
    assertEquals(data, IncomingMessage.of(event(",\"data\":\t" + data + " \n")).data());
    assertEquals(
        data,
        IncomingMessage.of("{\"data\":" + data + " ,\"specversion\":\"1.0\",\"id\":\"x\"}").data());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"datacontenttype\":\"text/plain\",\"data\":\"l\\u0027\\\"été\\\"\\n\"",
        ",\"data\":\"l\\u0027\\\"été\\\"\\n\",\"datacontenttype\":\"text/plain\""
      })
  void decodesTextWhereverItsTypeStands(String members) throws Refusal {
    Envelope envelope = IncomingMessage.of(event(members)).read();
    assertEquals("text/plain", envelope.payload().contentType());
    assertEquals("l'\"été\"\n", envelope.payload().data().toString());
  }

  @Test
  void keepsAJsonStringWhenTheTypeIsJson() throws Refusal {
    assertEquals(
        "\"x\"",
        IncomingMessage.of(
                event(",\"data\":\"x\",\"datacontenttype\":\"Application/JSON; charset=utf-8\""))
            .data());
  }

  @Test
  void decodesBase64() throws Refusal {
    Envelope envelope =
        IncomingMessage.of(event(",\"datacontenttype\":\"image/png\",\"data_base64\":\"AAEC/w==\""))
            .read();
    assertArrayEquals(new byte[] {0, 1, 2, (byte) 0xFF}, envelope.payload().data().getBytes());
    assertEquals("image/png", envelope.payload().contentType());
    assertEquals(
        "application/octet-stream",
        IncomingMessage.of(event(",\"data_base64\":\"AAEC\"")).read().payload().contentType());
  }

  @Test
  void refusesWhatIsNotBase64() {
    IncomingMessage.of(event(",\"data_base64\":\"%%%\"")).refusedAs(Reason.BAD_ENVELOPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {",\"data\":1,\"data_base64\":\"AAEC\"", ",\"data_base64\":\"AAEC\",\"data\":{}"})
  void refusesTwoKindsOfData(String members) {
    String detail = IncomingMessage.of(event(members)).refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains("both data and data_base64"), detail);
  }

  @Test
  void refusesBase64OfBrokenJsonThatIsCalledJson() {
    IncomingMessage.of(
            event(",\"datacontenttype\":\"application/json\",\"data_base64\":\"e2Jyb2tlbg==\""))
        .refusedAs(Reason.BAD_ENVELOPE);
  }

  @Test
  void takesAnEventWithoutData() throws Refusal {
    assertEquals("", IncomingMessage.of(event("")).data());
  }

  @Test
  void ignoresTheReservedObjectAndUnknownExtensions() throws Refusal {
    Envelope envelope =
        IncomingMessage.of(
                event(",\"ruche\":{\"id\":\"other\"},\"comexample\":{\"a\":1},\"data\":7"))
            .read();
    assertEquals("e-1", envelope.id());
    assertEquals("7", envelope.payload().data().toString());
  }

  @Test
  void mintsAnIdWhereNoneIsGiven() throws Refusal {
    assertEquals(
        26,
        IncomingMessage.of("{\"specversion\":\"1.0\",\"id\":null,\"data\":1}")
            .read()
            .id()
            .length());
  }

  @ParameterizedTest
  @CsvSource({"'a b'", "''", "'a/b'", "'é'", "'..'", "'.'", "'a:b'", "'+'"})
  void refusesABadId(String id) {
    IncomingMessage.of("{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"data\":1}")
        .refusedAs(Reason.BAD_ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"0.3\"", "\"2.0\"", "1", "true", "\"\""})
  void refusesAnotherVersion(String version) {
    String detail =
        IncomingMessage.of("{\"specversion\":" + version + ",\"prompt\":\"x\"}")
            .refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains("1.0"), detail);
  }

  @Test
  void ignoresTheContentTypeOfTheMessageForTheData() throws Refusal {
    assertEquals(
        "application/json",
        IncomingMessage.of(event(",\"data\":1"))
            .typed("application/cloudevents+json")
            .read()
            .payload()
            .contentType());
  }
}
