package io.ruche.aiproxy.guard.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.guard.find.Finder;
import io.ruche.aiproxy.guard.find.Kind;
import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.operation.Operation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RedactorTest {

  private static final Finder ALL = new Finder(EnumSet.allOf(Kind.class));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mail a@b.fr            | Mail [EMAIL_1]",
        "a@b.fr, c@d.fr, a@b.fr | [EMAIL_1], [EMAIL_2], [EMAIL_1]",
        "a\\u0040b.fr           | [EMAIL_1]",
        "a@b.fr and a\\u0040b\\u002efr | [EMAIL_1] and [EMAIL_1]",
        "06\\u002012 34 56 78   | [PHONE_1]",
        "\\u0030612345678       | [PHONE_1]",
        "4111\\u00201111\\u00A01111 1111 | [CARD_1]",
        "one\\na@b.fr\\tc@d.fr  | one\\n[EMAIL_1]\\t[EMAIL_2]",
        "x\\\\na@b.fr           | x\\\\n[EMAIL_1]",
        "{\\\"to\\\":\\\"a@b.fr\\\"} | {\\\"to\\\":\\\"[EMAIL_1]\\\"}",
        "{\\\"to\\\":\\\"\\\\na\\\\u0040b.fr\\\"} | {\\\"to\\\":\\\"\\\\n[EMAIL_1]\\\"}",
        "\\ud83d\\ude00 a@b.fr \\ud83d | \\ud83d\\ude00 [EMAIL_1] \\ud83d",
        "C:\\\\new\\\\a@b.fr    | C:\\\\new\\\\[EMAIL_1]",
        "caf\\u00e9@b.fr        | [EMAIL_1]",
        "😀 a@b.fr é            | 😀 [EMAIL_1] é",
      })
  void replacesWithinTheBytesOfAString(String content, String redacted) {
    Redaction redaction = redact(body(content), true);

    assertEquals(body(redacted), redaction.body().toString());
  }

  @Test
  void namesInAnotherCaseHideNothing() {
    String body =
        "{\"model\":\"m\",\"messages\":[{\"Role\":\"user\",\"Content\":[{\"TEXT\":\"HERE\"}]},"
            + "{\"tool_call\u017f\":[{\"function\":{\"argument\u017f\":\"HERE\"}}]}]}";

    assertEquals(
        body.replace("HERE", "[EMAIL_1]"),
        redact(body.replace("HERE", "c@d.fr"), false).body().toString());
  }

  @Test
  void looksAtTextsAndAtNothingElse() {
    String body =
        """
        {"model":"a@b.fr","user":"a@b.fr","metadata":{"a@b.fr":"a@b.fr"},"messages":[
         {"role":"system","name":"a@b.fr","content":"HERE"},
         {"role":"user","content":[{"type":"text","text":"HERE"},
           {"type":"image_url","image_url":{"url":"data:image/png;base64,a@b.fr"}},
           {"type":"input_audio","input_audio":{"data":"a@b.fr","format":"wav"}},
           {"type":"file","file":{"filename":"a@b.fr","file_data":"a@b.fr"}}]},
         {"role":"assistant","content":null,"reasoning":"HERE","tool_calls":[
           {"id":"a@b.fr","type":"function","function":{"name":"a@b.fr","arguments":"{\\"to\\": \\"HERE\\"}"}}]},
         {"role":"tool","tool_call_id":"a@b.fr","content":"HERE"},
         {"role":"tool","content":[{"type":"text","text":"HERE"}]},
         {"role":"assistant","tool_calls":[{"function":{"arguments":{"to":"HERE","cc":["HERE"]}}}]}],
         "tools":[{"type":"function","function":{"name":"f","description":"a@b.fr","parameters":{"default":"a@b.fr"}}}],
         "stop":["a@b.fr"]}\
        """;

    Redaction redaction = redact(body.replace("HERE", "c@d.fr"), false);

    assertEquals(body.replace("HERE", "[EMAIL_1]"), redaction.body().toString());
    assertEquals(Map.of(Kind.EMAIL, 8), redaction.counts());
    assertEquals(8, redaction.count());
    assertNull(redaction.placeholders());
  }

  @Test
  void readsNamesThroughTheirEscapes() {
    String body = "{\"\\u006dessages\":[{\"cont\\u0065nt\":\"a@b.fr\"}]}";

    assertEquals(body.replace("a@b.fr", "[EMAIL_1]"), redact(body, true).body().toString());
  }

  @Test
  void nothingToRedactIsNoRedaction() {
    assertNull(Redactor.redact(bytes(body("Version 1.2.3 of 2024-01-02, 12 \u20ac")), ALL, true));
  }

  @Test
  void placeholdersThatWereThereKeepTheirNumbersWhenValuesAreRestored() {
    String content = "[EMAIL_1] and [EMAIL_3]: a@b.fr c@d.fr e@f.fr";

    assertEquals(
        body("[EMAIL_1] and [EMAIL_3]: [EMAIL_2] [EMAIL_4] [EMAIL_5]"),
        redact(body(content), true).body().toString());
    // Without it, a conversation has the same number for the same value in every turn.
    assertEquals(
        body("[EMAIL_1] and [EMAIL_3]: [EMAIL_1] [EMAIL_2] [EMAIL_3]"),
        redact(body(content), false).body().toString());
  }

  @Test
  void manyValuesAreAllRedactedAndABoundedNumberIsRestored() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      text.append("user").append(i).append("@b.fr ");
    }
    Redaction redaction = redact(body(text + "user7@b.fr"), true);

    String redacted = redaction.body().toString();
    assertTrue(!redacted.contains("@"), "nothing is left");
    assertTrue(redacted.contains("[EMAIL_1000] [EMAIL] [EMAIL]"));
    assertTrue(redacted.contains("[EMAIL] [EMAIL_8]"), "a known value keeps its number");
    assertEquals(3_001, redaction.count());
    String restored = echoed(redaction);
    assertTrue(restored.contains("user999@b.fr [EMAIL]"), "only so many are restored");
  }

  /** Of "Aa" and "BB" the hashes are equal. */
  @Test
  void valuesWithEqualHashesTakeNoMoreTime() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      for (int bit = 0; bit < 12; bit++) {
        text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      text.append("@b.fr ");
    }

    long began = System.nanoTime();
    Redaction redaction = redact(body(text.toString()), true);
    long millis = (System.nanoTime() - began) / 1_000_000;

    assertEquals(200_000, redaction.count());
    assertTrue(millis < 5_000, millis + " ms");
  }

  @Test
  void restoringWhatWasRedactedGivesTheSameTexts() {
    String body =
        body(
            "a\\u0040b.fr +33 6 12 34 56 78 FR76 3000 6000 0112 3456 7890 189 4111-1111-1111-1111");

    assertEquals(new JsonObject(body), new JsonObject(echoed(redact(body, true))));
  }

  /** Bodies with all that may stand in JSON: the rest stays byte for byte, and all is valid. */
  @Test
  void changesNoOtherByteOfAnyBody() {
    Random random = new Random(42);
    int redactions = 0;
    for (int round = 0; round < 4_000; round++) {
      String body = Bodies.random(random);
      Redaction redaction = Redactor.redact(bytes(body), ALL, true);
      if (redaction != null) {
        redactions++;
        Buffer redacted = redaction.body();
        JsonRequest.read(Operation.CHAT, redacted);
        assertEquals(new JsonObject(body), new JsonObject(echoed(redaction)), body);
        assertUnchangedElsewhere(body, redacted.toString());
      } else {
        assertTrue(!body.contains(" a@b.fr "), body);
      }
    }
    assertTrue(redactions > 2_000, "" + redactions);
  }

  /** Between its placeholders, a redacted body is made of pieces of the body, in their order. */
  private static void assertUnchangedElsewhere(String body, String redacted) {
    int at = 0;
    for (String piece : redacted.split("\\[(EMAIL|PHONE|IBAN|CARD)_\\d+]", -1)) {
      int found = body.indexOf(piece, at);
      assertTrue(found >= 0, () -> body + "\n" + redacted);
      at = found + piece.length();
    }
    assertTrue(body.endsWith(redacted.substring(redacted.lastIndexOf(']') + 1)));
  }

  private static String echoed(Redaction redaction) {
    WholeRestorer restorer = new WholeRestorer(Objects.requireNonNull(redaction.placeholders()));
    return restorer.pass(redaction.body()).appendBuffer(restorer.rest()).toString();
  }

  private static Redaction redact(String body, boolean restore) {
    @Nullable Redaction redaction = Redactor.redact(bytes(body), ALL, restore);
    assertNotNull(redaction, body);
    return redaction;
  }

  private static String body(String content) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + content + "\"}]}";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Random bodies. */
  private static final class Bodies {

    private static final String[] PARTS = {
      "a@b.fr",
      "jean.dupont@b.fr",
      "a\\u0040b.fr",
      "06 12 34 56 78",
      "+33612345678",
      "FR7630006000011234567890189",
      "4111 1111 1111 1111",
      "\\u0034111 1111 1111 1111",
      " ",
      ", ",
      "\\n",
      "\\\\",
      "\\\"",
      "\\/",
      "\\u00e9",
      "\\ud83d\\ude00",
      "\u00e9",
      "\ud83d\ude00",
      "[",
      "]",
      "[EMAIL",
      "_1]",
      "[EMAIL_2]",
      "{}",
      "12.50 \u20ac",
      "1.2.3.4",
      "x",
      "@",
      "+",
      "0",
      "2024-01-02"
    };

    private Bodies() {}

    static String random(Random random) {
      StringBuilder body = new StringBuilder("{ \"model\" : \"m@b.io\",");
      body.append("\"messages\":[");
      int messages = random.nextInt(3) + 1;
      for (int i = 0; i < messages; i++) {
        body.append(i > 0 ? " ,\n" : "").append("{\"role\": \"user\", \"content\":\t");
        if (random.nextBoolean()) {
          body.append(string(random));
        } else {
          body.append("[{\"type\":\"text\",\"text\":").append(string(random)).append("},");
          body.append("{\"type\":\"image_url\",\"image_url\":{\"url\":\"x@b.io\"}}]");
        }
        body.append(",\"name\":\"n@b.io\"}");
      }
      return body.append("],\"temperature\":1e0}\n").toString();
    }

    private static String string(Random random) {
      StringBuilder text = new StringBuilder("\"");
      int parts = random.nextInt(10);
      for (int i = 0; i < parts; i++) {
        text.append(PARTS[random.nextInt(PARTS.length)]);
      }
      return text.append('"').toString();
    }
  }
}
