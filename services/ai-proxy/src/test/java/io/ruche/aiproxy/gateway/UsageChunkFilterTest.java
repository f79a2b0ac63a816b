package io.ruche.aiproxy.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageChunkFilterTest {

  private static final String BEFORE =
      """
      data: {"choices":[{"delta":{"content":"\\"choices\\":[] \\"usage\\":{"}}],"usage":null}

      : a comment

      data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":null}

      """;

  private static final String USAGE =
      "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n";

  private static final String DONE = "data: [DONE]\n\n";

  private static String pass(String text, int piece) {
    UsageChunkFilter filter = new UsageChunkFilter();
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < text.length(); at += piece) {
      out.append(
          filter.pass(Buffer.buffer(text.substring(at, Math.min(text.length(), at + piece)))));
    }
    return out.append(filter.rest()).toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 50, 100_000})
  void takesOutTheUsageAndNothingElse(int piece) {
    assertEquals(BEFORE + DONE, pass(BEFORE + USAGE + DONE, piece));
  }

  @Test
  void understandsWhiteSpace() {
    String spaced = "data: {\"choices\" : [ ], \"usage\": {\"prompt_tokens\": 1}}\n\n";
    assertEquals(BEFORE + DONE, pass(BEFORE + spaced + DONE, 100_000));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100_000})
  void understandsCarriageReturns(int piece) {
    String crlf = (BEFORE + USAGE + DONE).replace("\n", "\r\n");
    assertEquals((BEFORE + DONE).replace("\n", "\r\n"), pass(crlf, piece));
  }

  @Test
  void keepsAPieceWithoutChoicesThatHasNoUsage() {
    String filtered = "data: {\"choices\":[],\"prompt_filter_results\":[1]}\n\n";
    assertEquals(filtered + DONE, pass(filtered + DONE, 5));
  }

  @Test
  void wholeEventsPassAtOnce() {
    UsageChunkFilter filter = new UsageChunkFilter();
    assertEquals("data: 1\n\n", filter.pass(Buffer.buffer("data: 1\n\ndata: 2")).toString());
    assertEquals("data: 2\n\n", filter.pass(Buffer.buffer("\n\n")).toString());
  }

  @Test
  void givesUpOnAnEventWithoutEnd() {
    String endless = "data: " + "x".repeat(70_000);
    assertEquals(endless, new UsageChunkFilter().pass(Buffer.buffer(endless)).toString());
  }

  @Test
  void givesTheRestAtTheEnd() {
    assertEquals(BEFORE + "data: cut", pass(BEFORE + "data: cut", 9));
  }
}
