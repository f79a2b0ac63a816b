package io.ruche.aiproxy.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ruche.aiproxy.ledger.entry.UsageSource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageScannerTest {

  private static final String WHOLE =
      """
      {"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":"Bonjour, \\"usage\\": {\\"prompt_tokens\\": 9}"}}],
       "usage" : {"queue_time":0.1,"prompt_tokens":20,"prompt_tokens_details":{"cached_tokens":8},
         "completion_tokens":7,"completion_tokens_details":{"reasoning_tokens":3},"total_tokens":27},
       "x_groq":{"id":"req_1"}}\
      """;

  private static final String GROQ_STREAM =
      """
      data: {"choices":[{"delta":{"role":"assistant","content":""}}],"x_groq":{"id":"req_1"}}

      data: {"choices":[{"delta":{"content":"Bon"}}]}

      data: {"choices":[{"delta":{"content":"jour"}}],"usage":null}

      data: {"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":{"queue_time":0.02,"prompt_tokens":11,"completion_tokens":2,"total_tokens":13}}}

      data: [DONE]

      """;

  private static UsageScanner scan(String text, int piece) {
    UsageScanner scanner = new UsageScanner();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += piece) {
      scanner.feed(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
    }
    return scanner;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 100_000})
  void readsTheUsageOfAWholeAnswerHoweverItIsCut(int piece) {
    assertEquals(new Usage(20, 8, 7, UsageSource.PROVIDER), scan(WHOLE, piece).told());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 33, 100_000})
  void readsTheUsageThatGroqHidesInItsLastChunk(int piece) {
    UsageScanner scanner = scan(GROQ_STREAM, piece);
    assertEquals(new Usage(11, 0, 2, UsageSource.PROVIDER), scanner.told());
    assertEquals(3, scanner.estimatedOutput(), "7 bytes of text, at 3 a token");
  }

  @Test
  void readsTheNamesOfTheResponsesApi() {
    String event =
        "data: {\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":5,"
            + "\"input_tokens_details\":{\"cached_tokens\":1},\"output_tokens\":6}}}\n\n";
    assertEquals(new Usage(5, 1, 6, UsageSource.PROVIDER), scan(event, 9).told());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ \"prompt_tokens\" : 4 , \"completion_tokens\"\n:\t5 }",
        "{\"prompt_tokens\":4,\"x\":[1,[\"prompt_tokens\",{\"completion_tokens\":9}]],\"completion_tokens\":5}",
        "{\"prompt_tokens\":4,\"queue_time\":0.5,\"completion_tokens\":5,\"a\\\"\":{\"b\":1}}",
        "{\"prompt_tokens\":4,\"total_tokens\":9e0,\"completion_tokens\":5,\"cached_tokens\":-3}"
      })
  void picksTheCountsOutOfWhateverElseIsThere(String usage) {
    assertEquals(
        new Usage(4, 0, 5, UsageSource.PROVIDER), scan("{\"usage\":" + usage + "}", 7).told());
  }

  @Test
  void theLastWordCounts() {
    String twice = "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n";
    String later = "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":9}}\n";
    Usage told = scan(twice + later, 4).told();
    assertEquals(new Usage(1, 0, 9, UsageSource.PROVIDER), told);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"usage\":null}",
        "{\"usage\":[1]}",
        "{\"usage\":\"prompt_tokens\"}",
        "{\"usage\":{\"prompt_tokens\":\"many\"}}",
        "{\"content\":\"usage\"}{\"prompt_tokens\":1}",
        "{\"usage\":{\"prompt_tokens\":1.5}}",
        "{\"usage\":{\"prompt_tokens\":1e3}}",
        "{\"usage\":{\"prompt_tokens\":null}}",
        "{\"usage\":{\"prompt_tokens\":{\"of\":1}}}",
        "{\"usage\":{\"prompt_tokens\":12345678901234567890}}",
        "{\"usage\":{\"a\":[{\"prompt_tokens\":1}]}}",
        "{\"usage\":{\"a\":\"prompt_tokens\",\"b\":1}}",
        "{\"usages\":{\"prompt_tokens\":1}}",
        "{\"content\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":1}\"}",
        "not JSON at all: usage {\"prompt_tokens\":1}"
      })
  void isNotTakenInByWhatOnlyLooksLikeUsage(String text) {
    assertNull(scan(text, 3).told());
  }

  @Test
  void estimatesWhatAStreamWroteBeforeItWasCut() {
    String cut = GROQ_STREAM.substring(0, GROQ_STREAM.indexOf("jour") + 2);
    UsageScanner scanner = scan(cut, 10);
    assertNull(scanner.told());
    assertEquals(1, scanner.estimatedOutput(), "Bon is told, the string that was cut is not");
  }

  @Test
  void survivesAnyBytes() {
    Random random = new Random(7);
    UsageScanner scanner = new UsageScanner();
    byte[] noise = new byte[100_000];
    random.nextBytes(noise);
    scanner.feed(noise);
    // A quote in the noise may have begun a string, which ends with the line.
    scanner.feed("\n\n{\"usage\":{\"prompt_tokens\":4}}".getBytes(StandardCharsets.UTF_8));
    assertEquals(new Usage(4, 0, 0, UsageSource.PROVIDER), scanner.told());
  }

  @Test
  void findsItsFeetAgainAfterALineThatWasCutInsideAString() {
    assertEquals(
        new Usage(4, 0, 0, UsageSource.PROVIDER),
        scan("data: {\"a\":\"cut\n\ndata: {\"usage\":{\"prompt_tokens\":4}}\n", 6).told());
  }

  @Test
  void doesNotKeepAnEndlessUsage() {
    String endless = "{\"usage\":{\"a\":\"" + "x".repeat(20_000) + "\",\"prompt_tokens\":4}}";
    assertNull(scan(endless, 1_000).told());
  }
}
