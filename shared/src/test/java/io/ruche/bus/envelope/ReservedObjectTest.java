package io.ruche.bus.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.envelope.Refusal.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain JSON and its one reserved object. */
class ReservedObjectTest {

  @Test
  void liftsEveryFieldOut() throws Refusal {
    Envelope envelope =
        IncomingMessage.of(
                """
                {"prompt":"salut","ruche":{"id":"a-1","key":"k","replyTo":"ruche/koff/reply/n8n/r",\
                "correlationId":"c 1","expires":"2026-11-21T18:30:00Z","traceparent":"00-t"}}""")
            .read();
    assertEquals("a-1", envelope.id());
    assertEquals("k", envelope.key());
    assertEquals("ruche/koff/reply/n8n/r", envelope.replyTo());
    assertEquals("c 1", envelope.correlationId());
    assertEquals(Instant.parse("2026-11-21T18:30:00Z"), envelope.expires());
    assertEquals("00-t", envelope.traceparent());
    assertEquals("{\"prompt\":\"salut\"}", envelope.payload().data().toString());
    assertEquals("application/json", envelope.payload().contentType());
  }

  @Test
  void hearsWhetherPiecesAreWanted() throws Refusal {
    assertTrue(IncomingMessage.of(streaming("true", "\"correlationId\":\"c\"")).read().stream());
    assertFalse(IncomingMessage.of(streaming("false", "\"id\":\"a\"")).read().stream());
    assertFalse(IncomingMessage.of(streaming("null", "\"id\":\"a\"")).read().stream());
    assertTrue(
        IncomingMessage.of("{\"ruche\":{\"correlationId\":\"c\"}}")
            .with("stream", "true")
            .read()
            .stream());
    assertFalse(
        IncomingMessage.of(streaming("true", "\"correlationId\":\"c\""))
            .with("stream", "false")
            .read()
            .stream());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"true\"", "1", "{}", "[true]", "\"\""})
  void refusesAStreamThatIsNeitherTrueNorFalse(String value) {
    Refusal refusal =
        assertThrows(
            Refusal.class,
            () -> IncomingMessage.of(streaming(value, "\"correlationId\":\"c\"")).read());

    assertTrue(refusal.detail().contains("stream"), refusal.detail());
  }

  @Test
  void refusesPiecesThatNobodyCouldGet() {
    Refusal refusal =
        assertThrows(
            Refusal.class, () -> IncomingMessage.of(streaming("true", "\"id\":\"a\"")).read());

    assertTrue(refusal.detail().contains("correlationId"), refusal.detail());
  }

  private static String streaming(String value, String more) {
    return "{\"ruche\":{\"stream\":" + value + "," + more + "}}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"ruche":{"id":"x"},"a":1}                | {"a":1}
          {"a":1,"ruche":{"id":"x"},"b":2}          | {"a":1,"b":2}
          {"a":1,"ruche":{"id":"x"}}                | {"a":1}
          {"ruche":{"id":"x"}}                      | {}
          { "ruche" : { "id" : "x" } }              | {  }
          {"a":1 , "ruche" : {"id":"x"} , "b" : 2 } | {"a":1 ,  "b" : 2 }
          {"a":1 , "ruche" : {"id":"x"} }           | {"a":1  }
          {"a":",","ruche":{"id":"x"},"b":"}"}      | {"a":",","b":"}"}
          {"a":"{","ruche":{"id":"x"}}              | {"a":"{"}
          {"a":1.50e+02,"ruche":{"id":"x"}}         | {"a":1.50e+02}
          {"\\u0072uche":{"id":"x"},"a":1}          | {"a":1}
          {"ruche":{"id":null},"a":1}               | {"a":1}
          {"ruche":{},"a":1}                        | {"a":1}
          """)
  void cutsItOutByteByByte(String body, String rest) throws Refusal {
    assertEquals(rest, IncomingMessage.of(body).data());
  }

  @Test
  void toleratesWhiteSpaceOfEveryKindAroundIt() throws Refusal {
    assertEquals(
        "\n{\t\"a\":1 \r\n\t}\n",
        IncomingMessage.of("\n{\t\"a\":1 ,\n\"ruche\"\t:\r\n{\"id\"\n:\"x\"\n} \r\n\t}\n")
            .data()
            .replace("  ", " "));
  }

  @Test
  void readsAnEscapedNameAndEscapedValues() throws Refusal {
    Envelope envelope = IncomingMessage.of("{\"\\u0072uche\":{\"i\\u0064\":\"\\u0078\"}}").read();
    assertEquals("x", envelope.id());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"ruche\":{\"id\":\"x y\"}}}",
        "{\"a\":[{\"ruche\":5}]}",
        "[{\"ruche\":{\"id\":\"x\"}}]",
        "{\"id\":7,\"Ruche\":{\"id\":\"x\"}}",
        "\"ruche\"",
        "true",
        "null",
        "-1.5E3",
        "  [ ]  ",
        "{}"
      })
  void leavesOtherJsonAsItIs(String body) throws Refusal {
    Envelope envelope = IncomingMessage.of(body).read();
    assertEquals(body, envelope.payload().data().toString());
    assertEquals("application/json", envelope.payload().contentType());
    assertEquals(26, envelope.id().length());
  }

  @Test
  void takesNoMeaningFromNamesOutsideIt() throws Refusal {
    Envelope envelope =
        IncomingMessage.of("{\"id\":\"7\",\"key\":\"k\",\"expires\":\"soon\",\"replyTo\":\"x\"}")
            .read();
    assertEquals(26, envelope.id().length());
    assertNull(envelope.key());
    assertNull(envelope.expires());
    assertNull(envelope.replyTo());
  }

  @Test
  void keepsMultiByteCharactersWhole() throws Refusal {
    String before = "{\"é€😀\":\"ü,{}\",";
    String after = "\"b\":\"日本\"}";
    assertEquals(
        before + after,
        IncomingMessage.of(before + "\"ruche\":{\"key\":\"ключ😀\"}," + after).data());
    assertEquals("ключ😀", IncomingMessage.of("{\"ruche\":{\"key\":\"ключ😀\"}}").read().key());
  }

  @Test
  void cutsAfterAByteOrderMark() throws Refusal {
    assertEquals(
        "\uFEFF{\"a\":1}", IncomingMessage.of("\uFEFF{\"ruche\":{\"id\":\"x\"},\"a\":1}").data());
    assertEquals("x", IncomingMessage.of("\uFEFF{\"a\":1,\"ruche\":{\"id\":\"x\"}}").read().id());
  }

  @Test
  void cutsBeyondTheParsersBuffers() throws Refusal {
    String filler = "\"f\":\"" + "é".repeat(40_000) + "\"";
    assertEquals(
        "{" + filler + "}", IncomingMessage.of("{" + filler + ",\"ruche\":{\"id\":\"x\"}}").data());
    assertEquals(
        "{" + filler + "}",
        IncomingMessage.of("{\"ruche\":{\"key\":\"" + "k".repeat(200) + "\"}," + filler + "}")
            .data());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1",
        "{\"ruche\":{\"id\":\"x\"}} trailing",
        "{\"ruche\":{\"id\":\"x\"}}{}",
        "{\"ruche\":{\"id\":\"x\"},}",
        "{'ruche':{'id':'x'}}",
        "{\"ruche\":{\"id\":\"x\"}}\u0000",
        "hello",
        "",
        "   ",
        "NaN",
        "{\"a\":01}"
      })
  void takesWhatIsNoJsonAsBytes(String body) throws Refusal {
    Envelope envelope = IncomingMessage.of(body).read();
    assertEquals(body, envelope.payload().data().toString());
    assertEquals("application/octet-stream", envelope.payload().contentType());
    assertEquals(26, envelope.id().length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
  void takesOtherEncodingsAsBytes(String charset) throws Exception {
    byte[] body = "{\"ruche\":{\"id\":\"x\"}}".getBytes(Charset.forName(charset));
    Envelope envelope = IncomingMessage.of(body).read();
    assertArrayEquals(body, envelope.payload().data().getBytes());
    assertEquals("application/octet-stream", envelope.payload().contentType());
  }

  @Test
  void takesAnyBytesAsBytes() throws Refusal {
    byte[][] bodies = {
      {0, '{', 0, 0},
      {0, 0, '{', 0},
      {0, 0, (byte) 0xFF, (byte) 0xFE},
      {(byte) 0xFE, (byte) 0xFF, 0, 0},
      {(byte) 0xEF, (byte) 0xBB},
      {'{', '"', (byte) 0xC3, '"', ':', '1', '}'},
      {(byte) 0xFF},
      {0}
    };
    for (byte[] body : bodies) {
      assertArrayEquals(body, IncomingMessage.of(body).read().payload().data().getBytes());
    }
  }

  @Test
  void refusesADuplicateWhereverItStands() {
    String detail =
        IncomingMessage.of("{\"ruche\":{\"id\":\"x\"},\"a\":1,\"\\u0072uche\":{\"id\":\"x\"}}")
            .refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains("twice"), detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "\"x\"", "true", "null", "[]", "[{\"id\":\"x\"}]"})
  void refusesAnotherTypeThanAnObject(String value) {
    String detail =
        IncomingMessage.of("{\"ruche\":" + value + ",\"a\":1}").refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains("must be an object"), detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "true", "{}", "[\"x\"]", "{\"ruche\":{}}"})
  void refusesAFieldThatIsNoString(String value) {
    String detail =
        IncomingMessage.of("{\"ruche\":{\"key\":" + value + "}}").refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains("'ruche.key' must be a string"), detail);
  }

  @Test
  void refusesAnUnknownFieldAndNamesTheKnownOnes() {
    String detail =
        IncomingMessage.of("{\"ruche\":{\"replyto\":\"x\"}}").refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains("'ruche.replyto' is unknown"), detail);
    for (String known : new String[] {"id", "key", "replyTo", "correlationId", "expires"}) {
      assertTrue(detail.contains(known), detail);
    }
  }

  @Test
  void refusesJsonThatNoHandlerCouldRead() {
    String deep = "[".repeat(5_000) + "]".repeat(5_000);
    String detail =
        IncomingMessage.of("{\"a\":" + deep + ",\"ruche\":{\"id\":\"x\"}}")
            .refusedAs(Reason.BAD_ENVELOPE);
    assertTrue(detail.contains("1000 levels"), detail);
    IncomingMessage.of("{\"a\":" + "1".repeat(5_000) + "}").refusedAs(Reason.BAD_ENVELOPE);
  }

  @Test
  void takesJsonOfGreatButReadableDepth() throws Refusal {
    String deep = "[".repeat(900) + "]".repeat(900);
    assertEquals(
        "{\"a\":" + deep + "}",
        IncomingMessage.of("{\"a\":" + deep + ",\"ruche\":{\"id\":\"x\"}}").data());
  }

  @Test
  void takesBinaryDataUnchanged() throws Refusal {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < 256; i++) {
      bytes.write(i);
    }
    byte[] body = bytes.toByteArray();
    assertArrayEquals(body, IncomingMessage.of(body).read().payload().data().getBytes());
    assertEquals(256, IncomingMessage.of(body).typed("image/png").read().payload().data().length());
    assertEquals(
        new String(body, StandardCharsets.ISO_8859_1),
        IncomingMessage.of(body).read().payload().data().toString(StandardCharsets.ISO_8859_1));
  }
}
