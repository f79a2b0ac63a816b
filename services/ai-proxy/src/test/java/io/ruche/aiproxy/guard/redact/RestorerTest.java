package io.ruche.aiproxy.guard.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RestorerTest {

  private static final Placeholders PLACEHOLDERS =
      new Placeholders(
          Map.of(
              "[EMAIL_1]", "a@b.fr",
              "[EMAIL_12]", "p\u00e8re.no\u00ebl@b.fr",
              "[PHONE_1]", "06\u00a012 34 56 78"));

  @Test
  void restoresAWholeAnswerAtEverySplit() {
    byte[] answer =
        bytes("{\"content\":\"[EMAIL_1], [[EMAIL_12]] [EMAIL_2] [EMAIL [PHONE_1\",\"a\":[1,[2]]}[");
    String expected =
        "{\"content\":\"a@b.fr, [p\u00e8re.no\u00ebl@b.fr] [EMAIL_2] [EMAIL"
            + " [PHONE_1\",\"a\":[1,[2]]}[";

    for (int i = 0; i <= answer.length; i++) {
      for (int j = i; j <= answer.length; j++) {
        WholeRestorer restorer = new WholeRestorer(PLACEHOLDERS);
        Buffer out = Buffer.buffer();
        for (Buffer piece : split(answer, i, j)) {
          out.appendBuffer(restorer.pass(piece));
        }
        assertEquals(expected, out.appendBuffer(restorer.rest()).toString());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "Hi|0",
        "Hi [|1",
        "Hi [E|2",
        "Hi [EMAIL_1|8",
        "Hi [EMAIL_2|0",
        "Hi [X|0",
        "Hi []|0",
        "[[|1",
        "[EMAIL_12|9",
        "[EMAIL_123|0",
        "[PHONE_1|8",
        "[CARD_1|0",
        "[EMAIL_1] |0"
      })
  void holdsBackOnlyWhatMayBeTheBeginningOfAPlaceholder(String text, int held) {
    byte[] bytes = bytes(text);

    assertEquals(held, bytes.length - PLACEHOLDERS.beginning(bytes, 0, bytes.length), text);
  }

  @Test
  void restoresAStreamAtEverySplitOfItsBytes() {
    String stream =
        delta(0, "{\"role\":\"assistant\",\"content\":\"\"}")
            + delta(0, "{\"content\":\"Mail [EMA\"}")
            + ": a comment\n\n"
            + delta(1, "{\"content\":\"[PHONE_1] [\"}")
            + delta(0, "{\"content\":\"IL_\"}")
            + delta(0, "{\"content\":\"1] or [EMAIL_12]\"}").replace("\n", "\r\n")
            + delta(
                0,
                "{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"to\\\":\\\"[EM\"}}]}")
            + delta(
                0, "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"AIL_12]\\\"}\"}}]}")
            + delta(0, "{\"content\":\"\\\\[\"}")
            + end(0)
            + end(1)
            + "data: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n"
            + "data: [DONE]\n\n";
    byte[] bytes = bytes(stream);

    for (int i = 0; i <= bytes.length; i++) {
      String restored = restored(split(bytes, i, Math.min(bytes.length, i + i % 7)));
      Map<String, String> texts = texts(restored);
      assertEquals("Mail a@b.fr or p\u00e8re.no\u00ebl@b.fr\\[", texts.get("0 content"));
      assertEquals("06\u00a012 34 56 78 [", texts.get("1 content"));
      assertEquals("{\"to\":\"p\u00e8re.no\u00ebl@b.fr\"}", texts.get("0 call 0"));
      assertEquals("f", texts.get("0 name 0"), "what is given once is given once");
      assertEquals("assistant", texts.get("0 role"));
      assertTrue(restored.endsWith("data: [DONE]\n\n"), restored);
      assertTrue(restored.contains(": a comment\n\n"), restored);
    }
  }

  @Test
  void restoresAPlaceholderThatComesByteByByte() {
    StringBuilder stream = new StringBuilder();
    for (char c : "Say [EMAIL_1][EMAIL_12], [EMAIL_7], [[PHONE_1]".toCharArray()) {
      stream.append(delta(0, new JsonObject().put("content", "" + c).encode()));
    }
    stream.append(end(0)).append("data: [DONE]\n\n");

    assertEquals(
        "Say a@b.frp\u00e8re.no\u00ebl@b.fr, [EMAIL_7], [06\u00a012 34 56 78",
        texts(restored(List.of(Buffer.buffer(stream.toString())))).get("0 content"));
  }

  @Test
  void otherTextIsNeverDelayed() {
    EventRestorer restorer = new EventRestorer(PLACEHOLDERS);
    String plain = delta(0, "{\"content\":\"no brackets, [x] either\"}");

    assertEquals(plain, restorer.pass(Buffer.buffer(plain)).toString());
    String held = delta(0, "{\"content\":\"Mail [EMAIL\"}");
    assertEquals(held.replace("[EMAIL", ""), restorer.pass(Buffer.buffer(held)).toString());
    assertEquals(
        delta(1, "{\"content\":\"other\"}"),
        restorer.pass(Buffer.buffer(delta(1, "{\"content\":\"other\"}"))).toString(),
        "another choice does not wait");
    String next = delta(0, "{\"content\":\" is a word\"}");
    assertEquals(
        next.replace(" is a word", "[EMAIL is a word"),
        restorer.pass(Buffer.buffer(next)).toString());
  }

  @Test
  void whatWaitsIsGivenOnWhenTheChoiceEndsOrTheStreamBreaksOff() {
    EventRestorer ended = new EventRestorer(PLACEHOLDERS);
    String begun = ended.pass(Buffer.buffer(delta(0, "{\"content\":\"see [EMAIL_\"}"))).toString();
    String end = ended.pass(Buffer.buffer(end(0))).toString();
    assertEquals("see [EMAIL_", texts(begun + end).get("0 content"));
    assertTrue(end.endsWith(end(0)), "before the event that ends it: " + end);

    EventRestorer broken = new EventRestorer(PLACEHOLDERS);
    begun =
        broken
            .pass(Buffer.buffer(delta(0, "{\"content\":\"see [EMAIL_\"}") + "data: {\"cho"))
            .toString();
    assertEquals(
        "see [EMAIL_",
        texts(begun + broken.rest().toString().replace("data: {\"cho", "")).get("0 content"));
  }

  @Test
  void restoresAResponseAtEverySplitOfItsBytes() {
    String stream =
        event("response.created", "\"response\":{\"id\":\"r\"}")
            + piece("output_text", "a", 0, "Mail [EMA")
            + piece("function_call_arguments", "b", 1, "{\\\"to\\\":\\\"[EM")
            + piece("output_text", "a", 0, "IL_")
            + piece("refusal", "a", 1, "No [PHONE")
            + piece("output_text", "a", 0, "1] or [EMAIL_12], [EMAIL")
            + piece("function_call_arguments", "b", 1, "AIL_12]\\\"}")
            + event(
                "response.output_text.done",
                "\"item_id\":\"a\",\"output_index\":0,\"content_index\":0,\"text\":\"[EMAIL_1]\"")
            + piece("refusal", "a", 1, "_1")
            + event("response.completed", "\"response\":{\"id\":\"[PHONE_1]\"}");
    byte[] bytes = bytes(stream);

    for (int i = 0; i <= bytes.length; i++) {
      String restored = restored(split(bytes, i, Math.min(bytes.length, i + i % 7)));
      Map<String, String> texts = new TreeMap<>();
      for (String line : restored.lines().filter(one -> one.startsWith("data: ")).toList()) {
        JsonObject event = new JsonObject(line.substring(6));
        if (event.containsKey("delta")) {
          String of = event.getString("type") + event.getString("item_id");
          texts.merge(of, event.getString("delta"), String::concat);
        }
      }
      assertEquals(
          Map.of(
              "response.output_text.deltaa",
              "Mail a@b.fr or p\u00e8re.no\u00ebl@b.fr, [EMAIL",
              "response.function_call_arguments.deltab",
              "{\"to\":\"p\u00e8re.no\u00ebl@b.fr\"}",
              "response.refusal.deltaa",
              "No [PHONE_1"),
          texts);
      assertTrue(restored.contains("\"text\":\"a@b.fr\""), restored);
      assertTrue(
          restored.indexOf(", [EMAIL") < restored.indexOf("output_text.done"),
          "what waits is given on before its text is done: " + restored);
      assertTrue(
          restored.indexOf("_1\"") < restored.indexOf("event: response.completed"), restored);
    }
  }

  @Test
  void whatWaitsOfAResponseIsAnEventLikeItsOthers() {
    EventRestorer restorer = new EventRestorer(PLACEHOLDERS);
    String held = piece("output_text", "a", 0, "see [EMAIL_");

    assertEquals(held.replace("[EMAIL_", ""), restorer.pass(Buffer.buffer(held)).toString());
    assertEquals(
        "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
            + "\"sequence_number\":7,\"item_id\":\"a\",\"content_index\":0,\"output_index\":0,"
            + "\"delta\":\"[EMAIL_\"}\n\n",
        restorer.rest().toString());
  }

  private static String piece(String text, String item, int part, String delta) {
    return event(
        "response." + text + ".delta",
        "\"item_id\":\""
            + item
            + "\",\"output_index\":0,\"content_index\":"
            + part
            + ",\"delta\":\""
            + delta
            + "\"");
  }

  private static String event(String type, String members) {
    return "event: "
        + type
        + "\ndata: {\"type\":\""
        + type
        + "\",\"sequence_number\":7,"
        + members
        + "}\n\n";
  }

  @Test
  void whatIsNoChunkIsRestoredWhereItIsWhole() {
    EventRestorer restorer = new EventRestorer(PLACEHOLDERS);
    String events =
        """
        event: error
        data: {"error":{"message":"[EMAIL_1]"}}

        data: not JSON [EMAIL_1]

        """;

    assertEquals(
        events.replace("[EMAIL_1]", "a@b.fr"), restorer.pass(Buffer.buffer(events)).toString());
    String cut = "data: {\"choices\":[{\"delta\":{\"content\":\"[EMAIL_1]\n\n";
    assertEquals(cut.replace("[EMAIL_1]", "a@b.fr"), restorer.pass(Buffer.buffer(cut)).toString());
  }

  @Test
  void anyBytesPass() {
    Random random = new Random(3);
    String alphabet = "[]EMAIL_12{}:,\"\\\n\r data:choicesdelta0";
    for (int round = 0; round < 5_000; round++) {
      EventRestorer restorer = new EventRestorer(PLACEHOLDERS);
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(200);
      for (int i = 0; i < length; i++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Buffer out = restorer.pass(Buffer.buffer(text.toString())).appendBuffer(restorer.rest());
      String expected = text.toString();
      for (Map.Entry<String, String> value :
          Map.of("[EMAIL_1]", "a@b.fr", "[EMAIL_12]", "p\u00e8re.no\u00ebl@b.fr").entrySet()) {
        expected = expected.replace(value.getKey(), value.getValue());
      }
      assertEquals(expected, out.toString());
    }
  }

  private static String restored(List<Buffer> pieces) {
    EventRestorer restorer = new EventRestorer(PLACEHOLDERS);
    Buffer out = Buffer.buffer();
    pieces.forEach(piece -> out.appendBuffer(restorer.pass(piece)));
    return out.appendBuffer(restorer.rest()).toString();
  }

  /** What a client puts together of a stream. */
  private static Map<String, String> texts(String stream) {
    Map<String, String> texts = new TreeMap<>();
    for (String line : stream.lines().toList()) {
      if (line.startsWith("data: {")) {
        JsonArray choices = new JsonObject(line.substring(6)).getJsonArray("choices");
        choices.stream().map(JsonObject.class::cast).forEach(choice -> collect(choice, texts));
      }
    }
    return texts;
  }

  private static void collect(JsonObject choice, Map<String, String> texts) {
    String index = choice.getInteger("index") + " ";
    JsonObject delta = choice.getJsonObject("delta", new JsonObject());
    for (String field : List.of("role", "content")) {
      if (delta.containsKey(field)) {
        texts.merge(index + field, delta.getString(field), String::concat);
      }
    }
    for (Object each : delta.getJsonArray("tool_calls", new JsonArray())) {
      JsonObject call = (JsonObject) each;
      JsonObject function = call.getJsonObject("function");
      String of = call.getInteger("index").toString();
      texts.merge(index + "call " + of, function.getString("arguments", ""), String::concat);
      texts.merge(index + "name " + of, function.getString("name", ""), String::concat);
    }
  }

  private static String delta(int choice, String delta) {
    return "data:"
        + " {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":"
        + choice
        + ",\"delta\":"
        + delta
        + ",\"finish_reason\":null}]}\n\n";
  }

  private static String end(int choice) {
    return "data: {\"id\":\"x\",\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\",\"index\":"
        + choice
        + "}]}\n\n";
  }

  private static List<Buffer> split(byte[] bytes, int i, int j) {
    Buffer all = Buffer.buffer(bytes);
    return List.of(all.getBuffer(0, i), all.getBuffer(i, j), all.getBuffer(j, bytes.length));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
