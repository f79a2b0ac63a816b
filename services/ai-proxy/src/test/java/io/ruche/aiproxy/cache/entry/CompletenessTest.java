package io.ruche.aiproxy.cache.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CompletenessTest {

  private static boolean whole(String body) {
    return Completeness.of(answer("application/json", body));
  }

  private static boolean stream(String body) {
    return Completeness.of(answer("text/event-stream", body));
  }

  private static KeptAnswer answer(String type, String body) {
    return new KeptAnswer(type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String choice(String reason) {
    return "{\"choices\":[{\"index\":0,\"message\":{\"finish_reason\":\"stop\"},\"finish_reason\":"
        + reason
        + "}]}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"stop\"", "\"length\"", "\"tool_calls\"", "\"function_call\""})
  void takesAnswersThatHaveEnded(String reason) {
    assertTrue(whole(choice(reason)));
    assertTrue(
        stream("data: " + choice("null") + "\n\ndata: " + choice(reason) + "\n\ndata: [DONE]\n\n"));
    assertTrue(stream(": hello\r\ndata:" + choice(reason) + "\r\n\r\ndata:[DONE]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"choices\":[]}",
        "{\"choices\":[{\"finish_reason\":null}]}",
        "{\"choices\":[{\"finish_reason\":\"content_filter\"}]}",
        "{\"choices\":[{\"finish_reason\":\"error\"}]}",
        "{\"choices\":[{\"finish_reason\":\"stop\"}],\"error\":{\"code\":\"tool_use_failed\"}}",
        "{\"choices\":[{\"finish_reason\":\"stop\"},{\"finish_reason\":\"stop\"}]}",
        "{\"choices\":[{\"finish_reason\":\"stop\"}]",
        "{\"choices\":[{\"finish_reason\":\"stop\"}]}{}"
      })
  void takesNothingElse(String body) {
    assertFalse(whole(body));
    assertFalse(stream("data: " + body + "\n\ndata: [DONE]\n\n"));
  }

  @Test
  void wantsAStreamToSayThatItIsDone() {
    String event = "data: " + choice("\"stop\"") + "\n\n";

    assertFalse(stream(event));
    assertFalse(stream(event + "data: [DO"));
    assertFalse(stream(event + "data: [DONE]\n\n" + event));
    assertFalse(stream(event + "data: {\"error\":{\"message\":\"x\"}}\n\ndata: [DONE]\n\n"));
  }

  @Test
  void anEntryIsReadAsItWasWrittenAndNotOtherwise() {
    KeptAnswer kept = answer("text/event-stream; charset=utf-8", "data: [DONE]\n\n");
    byte[] entry = kept.encode();
    KeptAnswer read = KeptAnswer.decode(entry);

    assertTrue(read != null && read.isStream());
    assertEquals(kept.type(), read.type());
    assertEquals(
        new String(kept.body(), StandardCharsets.UTF_8),
        new String(read.body(), StandardCharsets.UTF_8));
    for (int i = 0; i < entry.length; i++) {
      byte[] broken = entry.clone();
      broken[i] ^= 1;
      assertTrue(KeptAnswer.decode(broken) == null, "byte " + i);
      assertTrue(KeptAnswer.decode(java.util.Arrays.copyOf(entry, i)) == null, "cut at " + i);
    }
  }
}
