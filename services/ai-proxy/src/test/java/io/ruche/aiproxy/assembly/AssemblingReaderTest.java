package io.ruche.aiproxy.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.upstream.Reader;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AssemblingReaderTest {

  private static final String HEAD =
      "\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\","
          + "\"system_fingerprint\":\"fp\"";
  private static final String TEXT =
      chunk("{\"role\":\"assistant\",\"content\":\"\"}", null, ",\"x_groq\":{\"id\":\"req_1\"}")
          + chunk("{\"content\":\"Gr\u00fc\"}", null, "")
          + chunk("{\"content\":\"ezi \ud83d\udc1d\"}", null, "")
          + chunk(
              "{}",
              "stop",
              ",\"x_groq\":{\"id\":\"req_1\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}")
          + "data: [DONE]\n\n";

  private final Taken taken = new Taken();
  private final List<String> deltas = new ArrayList<>();

  private static String chunk(String delta, @Nullable String finish, String more) {
    return "data: {"
        + HEAD
        + ",\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"logprobs\":null,\"finish_reason\":"
        + (finish == null ? "null" : "\"" + finish + "\"")
        + "}]"
        + more
        + "}\n\n";
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 50, 100_000})
  void givesOnWhatTheProviderWouldHaveAnsweredWhole(int cut) {
    read(TEXT, cut);

    assertEquals(
        new JsonObject(
            """
            {"id": "chatcmpl-1", "object": "chat.completion", "created": 7, "model": "m",
             "system_fingerprint": "fp",
             "choices": [{"index": 0, "message": {"role": "assistant", "content": "Gr\u00fcezi \ud83d\udc1d"},
                          "logprobs": null, "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 3, "completion_tokens": 2}, "x_groq": {"id": "req_1"}}
            """),
        taken.body());
    assertEquals(200, taken.status);
    assertEquals(List.of("Gr\u00fc", "ezi \ud83d\udc1d"), deltas);
    assertTrue(taken.ended);
  }

  @Test
  void readsLinesThatEndAsOnWindowsAndCommentsAndWhatIsNoJson() {
    read(
        ": keep-alive\r\n\r\nevent: x\r\nid: 7\r\n"
            + TEXT.replace("\n", "\r\n").replace("data: ", "data:")
            + "data: nonsense\r\n\r\n",
        5);

    assertEquals("Gr\u00fcezi \ud83d\udc1d", taken.message().getString("content"));
  }

  @Test
  void takesTheUsageThatComesInAPieceOfItsOwn() {
    read(
        chunk("{\"content\":\"a\"}", "stop", "")
            + "data: {"
            + HEAD
            + ",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1,\"total_tokens\":10}}\n\n",
        1_000);

    assertEquals(10, taken.body().getJsonObject("usage").getInteger("total_tokens"));
    assertEquals(1, taken.body().getJsonArray("choices").size());
  }

  @Test
  void joinsTheArgumentsOfToolCallsThatComeMixed() {
    read(
        chunk("{\"role\":\"assistant\",\"content\":null}", null, "")
            + chunk(tools(call(0, "call_a", "weather", "")), null, "")
            + chunk(tools(call(1, "call_b", "time", "{\\\"z")), null, "")
            + chunk(tools(call(0, null, null, "{\\\"city\\\":")), null, "")
            + chunk(
                tools(call(1, null, null, "one\\\":1}"), call(0, null, null, "\\\"Nice\\\"}")),
                null,
                "")
            + chunk("{}", "tool_calls", ""),
        3);

    JsonObject message = taken.message();
    assertTrue(message.containsKey("content"));
    assertNull(message.getValue("content"));
    JsonArray calls = message.getJsonArray("tool_calls");
    assertEquals(
        new JsonArray(
            """
            [{"id": "call_a", "type": "function",
              "function": {"name": "weather", "arguments": "{\\"city\\":\\"Nice\\"}"}},
             {"id": "call_b", "type": "function",
              "function": {"name": "time", "arguments": "{\\"zone\\":1}"}}]
            """),
        calls);
    assertEquals("tool_calls", taken.choice().getString("finish_reason"));
    assertEquals(List.of(), deltas);
  }

  private static String tools(String... calls) {
    return "{\"tool_calls\":[" + String.join(",", calls) + "]}";
  }

  private static String call(
      @Nullable Integer index, @Nullable String id, @Nullable String name, String arguments) {
    return "{"
        + (index == null ? "" : "\"index\":" + index + ",")
        + (id == null ? "" : "\"id\":\"" + id + "\",\"type\":\"function\",")
        + "\"function\":{"
        + (name == null ? "" : "\"name\":\"" + name + "\",")
        + "\"arguments\":\""
        + arguments
        + "\"}}";
  }

  @Test
  void tellsToolCallsApartThatHaveNoIndexOrAllTheSame() {
    read(
        chunk(tools(call(null, "a", "f", "{}"), call(null, "b", "g", "{}")), null, "")
            + chunk("{}", "tool_calls", ""),
        1_000);
    assertEquals(2, taken.message().getJsonArray("tool_calls").size());
    Taken same = new Taken();
    AssemblingReader reader = new AssemblingReader(same, 1_000, deltas::add);
    reader.head(200, headers("text/event-stream"));
    reader.piece(
        Buffer.buffer(
            chunk(tools(call(0, "a", "f", "{}")), null, "")
                + chunk(tools(call(0, "b", "g", "{\\\"x\\\":1}")), null, "")
                + chunk("{}", "tool_calls", "")));
    reader.end();
    assertEquals(
        List.of("{}", "{\"x\":1}"),
        same.message().getJsonArray("tool_calls").stream()
            .map(one -> ((JsonObject) one).getJsonObject("function").getString("arguments"))
            .toList());
  }

  @Test
  void keepsFieldsThatItDoesNotKnow() {
    read(
        chunk(
                "{\"role\":\"assistant\",\"reasoning\":\"Let \",\"annotations\":[1]}",
                null,
                ",\"service_tier\":\"flex\"")
            + chunk(
                "{\"reasoning\":\"me.\",\"annotations\":[2],\"audio\":{\"id\":\"x\",\"data\":\"ab\"}}",
                null,
                "")
            + chunk(
                "{\"content\":\"Yes\",\"refusal\":null,\"audio\":{\"data\":\"cd\"}}", "stop", ""),
        9);

    JsonObject message = taken.message();
    assertEquals("Let me.", message.getString("reasoning"));
    assertEquals(new JsonArray("[1,2]"), message.getJsonArray("annotations"));
    assertEquals("abcd", message.getJsonObject("audio").getString("data"));
    assertTrue(message.containsKey("refusal"));
    assertEquals("flex", taken.body().getString("service_tier"));
  }

  @Test
  void joinsLogprobsAndSeveralAnswers() {
    String data = "data: {" + HEAD + ",\"choices\":[";
    read(
        data
            + "{\"index\":1,\"delta\":{\"content\":\"B\"},\"logprobs\":{\"content\":[{\"token\":\"B\"}]}},"
            + "{\"index\":0,\"delta\":{\"content\":\"A\"}}]}\n\n"
            + data
            + "{\"index\":1,\"delta\":{\"content\":\"b\"},\"logprobs\":{\"content\":[{\"token\":\"b\"}]},\"finish_reason\":\"length\"}]}\n\n"
            + data
            + "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
        11);

    JsonArray choices = taken.body().getJsonArray("choices");
    assertEquals("A", choices.getJsonObject(0).getJsonObject("message").getString("content"));
    JsonObject second = choices.getJsonObject(1);
    assertEquals("Bb", second.getJsonObject("message").getString("content"));
    assertEquals("length", second.getString("finish_reason"));
    assertEquals(2, second.getJsonObject("logprobs").getJsonArray("content").size());
    assertEquals(List.of("A"), deltas);
  }

  @ParameterizedTest
  @CsvSource({
    "tool_use_failed, 400",
    "json_validate_failed, 400",
    "rate_limit_exceeded, 429",
    "capacity_exceeded, 498",
    "whatever, 502"
  })
  void givesOnAnErrorInTheMiddleAsTheErrorThatItIs(String code, int status) {
    read(
        chunk("{\"content\":\"a\"}", null, "")
            + "event: error\ndata: {\"error\":{\"message\":\"No.\",\"code\":\""
            + code
            + "\"}}\n\n",
        13);

    assertEquals(status, taken.status);
    assertEquals("No.", taken.body().getJsonObject("error").getString("message"));
  }

  @Test
  void prefersTheStatusThatAnErrorNames() {
    read("data: {\"error\":{\"message\":\"No.\",\"code\":\"x\",\"status_code\":503}}\n\n", 13);

    assertEquals(503, taken.status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "data: [DONE]\n\n", "data: {\"choices\":[]}\n\n"})
  void failsWhereTheStreamHasNoEnd(String stream) {
    read(stream, 100);

    assertNotNull(taken.failure);
    assertEquals("upstream_cut", taken.failure.code());
    assertFalse(taken.ended);
  }

  @Test
  void failsWhereTheStreamEndsBeforeTheAnswerDoes() {
    read(chunk("{\"content\":\"a\"}", null, ""), 100);

    assertNotNull(taken.failure);
  }

  @Test
  void givesOnWhatIsNoStreamAsItIs() {
    AssemblingReader reader = new AssemblingReader(taken, 10, deltas::add);
    reader.head(200, headers("application/json"));
    reader.piece(Buffer.buffer("{\"a\":"));
    reader.piece(Buffer.buffer("1}"));
    reader.end();

    assertEquals("{\"a\":1}", taken.bytes.toString());
    assertTrue(taken.ended);
  }

  @Test
  void givesOnWhatIsTooLongAtOnceAndNoMore() {
    AssemblingReader reader = new AssemblingReader(taken, 1_000, deltas::add);
    reader.head(200, headers("text/event-stream; charset=utf-8"));
    for (int i = 0; i < 100; i++) {
      reader.piece(Buffer.buffer(chunk("{\"content\":\"" + "x".repeat(100) + "\"}", null, "")));
    }

    assertTrue(taken.bytes.length() > 1_000 && taken.bytes.length() < 2_000);
    assertEquals(11, deltas.size());
  }

  private void read(String stream, int cut) {
    AssemblingReader reader = new AssemblingReader(taken, 100_000, deltas::add);
    reader.head(200, headers("text/event-stream"));
    Buffer bytes = Buffer.buffer(stream);
    for (int at = 0; at < bytes.length(); at += cut) {
      reader.piece(bytes.getBuffer(at, Math.min(bytes.length(), at + cut)));
    }
    reader.end();
  }

  private static MultiMap headers(String type) {
    return MultiMap.caseInsensitiveMultiMap().set("content-type", type);
  }

  private static final class Taken implements Reader {
    private final Buffer bytes = Buffer.buffer();
    private int status;
    private boolean ended;
    private @Nullable Failure failure;

    JsonObject body() {
      return new JsonObject(bytes);
    }

    JsonObject choice() {
      return body().getJsonArray("choices").getJsonObject(0);
    }

    JsonObject message() {
      return choice().getJsonObject("message");
    }

    @Override
    public void head(int code, MultiMap headers) {
      status = code;
    }

    @Override
    public void piece(Buffer more) {
      bytes.appendBuffer(more);
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public void failed(Failure why) {
      failure = why;
    }
  }
}
