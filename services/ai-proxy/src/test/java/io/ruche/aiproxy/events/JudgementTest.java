package io.ruche.aiproxy.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.upstream.UpstreamFault;
import io.ruche.aiproxy.upstream.UpstreamReply;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each of Groq's refusals means for queued work. */
final class JudgementTest {

  private static final String TPM =
      "{\"error\":{\"message\":\"Rate limit reached for model `m` on tokens per minute (TPM): Limit"
          + " 6000, Used 5800, Requested 900. Please try again in 7.66s.\",\"type\":\"tokens\","
          + "\"code\":\"rate_limit_exceeded\"}}";
  private static final String CAPACITY =
      "{\"error\":{\"message\":\"Flex tier capacity exceeded\",\"type\":\"service_unavailable\","
          + "\"code\":\"capacity_exceeded\"}}";
  private static final String TOOL =
      "{\"error\":{\"message\":\"Failed to call a function. Please adjust your prompt.\","
          + "\"type\":\"invalid_request_error\",\"code\":\"tool_use_failed\","
          + "\"failed_generation\":\"<function=broken>{\"}}";
  private static final String TOO_LARGE =
      "{\"error\":{\"message\":\"Request too large for model `m` on tokens per minute (TPM): Limit"
          + " 6000, Requested 9000\",\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\"}}";

  @ParameterizedTest
  @CsvSource({
    "retry-after, 2, 2000",
    "retry-after, 7.66, 7660",
    "retry-after, 130ms, 130",
    "retry-after, 2m59.56s, 179560",
    "retry-after, 14400, 14400000",
    "retry-after-ms, 1500, 1500",
    "retry-after-ms, 12.5, 13"
  })
  void waitsAsLongAsALimitAsksFor(String header, String value, long millis) {
    Judgement.Unwell unwell =
        assertInstanceOf(Judgement.Unwell.class, judge(429, TPM, header, value));

    assertEquals(Duration.ofMillis(millis), rounded(unwell.after()));
    assertEquals(false, unwell.suspect());
    assertTrue(unwell.reason().contains("tokens per minute"), unwell.reason());
  }

  private static Duration rounded(Duration exact) {
    return Duration.ofMillis(Math.round(exact.toNanos() / 1e6));
  }

  @Test
  void waitsUntilADate() {
    String date =
        ZonedDateTime.now(ZoneOffset.UTC)
            .plusMinutes(10)
            .format(DateTimeFormatter.RFC_1123_DATE_TIME);

    Judgement.Unwell unwell =
        assertInstanceOf(Judgement.Unwell.class, judge(429, TPM, "retry-after", date));

    long seconds = assertNotNullAnd(unwell.after()).toSeconds();
    assertTrue(seconds > 570 && seconds <= 600, seconds + " s");
  }

  private static Duration assertNotNullAnd(Duration told) {
    assertNotNull(told);
    return told;
  }

  @Test
  void losesNoAttemptForWantOfCapacity() {
    Judgement.Unwell unwell = assertInstanceOf(Judgement.Unwell.class, judge(498, CAPACITY));

    assertEquals(false, unwell.suspect());
    assertNull(unwell.after());
  }

  @Test
  void losesNoAttemptToAKeyThatThePersonMends() {
    Judgement.Unwell unwell =
        assertInstanceOf(
            Judgement.Unwell.class,
            judge(
                401, "{\"error\":{\"message\":\"Invalid API Key\",\"code\":\"invalid_api_key\"}}"));

    assertEquals(false, unwell.suspect());
    assertEquals(Duration.ofMinutes(1), unwell.after());
  }

  @Test
  void asksAFewTimesWhereTheModelDidNotKeepToAForm() {
    Judgement.Again again = assertInstanceOf(Judgement.Again.class, judge(400, TOOL));

    assertEquals(3, again.most());
    assertInstanceOf(
        Judgement.Again.class, judge(400, TOOL.replace("tool_use_failed", "json_validate_failed")));
  }

  @Test
  void givesUpOnWhatIsLargerThanTheLimit() {
    Judgement.Never never = assertInstanceOf(Judgement.Never.class, judge(413, TOO_LARGE));

    assertTrue(never.reason().contains("Request too large"), never.reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 410, 413, 422})
  void givesUpOnWhatIsRefusedForGood(int status) {
    assertInstanceOf(Judgement.Never.class, judge(status, "{\"error\":{\"message\":\"No.\"}}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 500, 502, 503, 504, 524, 529})
  void suspectsTheCommandWhereTheProviderFails(int status) {
    assertEquals(
        true,
        assertInstanceOf(Judgement.Unwell.class, judge(status, "<html>bad gateway</html>"))
            .suspect());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "\"text\"", "{\"error\":\"text\"}", "{\"error\":[1]}"})
  void understandsRefusalsThatAreNotInOpenAisForm(String body) {
    assertInstanceOf(Judgement.Never.class, judge(400, body));
    assertInstanceOf(Judgement.Unwell.class, judge(429, body));
  }

  @Test
  void toleratesAnErrorCodeThatIsANumber() {
    assertInstanceOf(
        Judgement.Never.class, judge(400, "{\"error\":{\"code\":7,\"message\":\"x\"}}"));
  }

  @Test
  void losesNoAttemptToWhatWasNotAsked() {
    for (UpstreamFault fault :
        new UpstreamFault[] {
          UpstreamFault.LIMITED,
          UpstreamFault.DOWN,
          UpstreamFault.BUSY,
          UpstreamFault.NOT_CONFIGURED
        }) {
      assertInstanceOf(Judgement.NotAsked.class, judge(fault));
    }
    assertEquals(
        false,
        assertInstanceOf(Judgement.Unwell.class, judge(UpstreamFault.UNREACHABLE)).suspect());
    assertEquals(
        true, assertInstanceOf(Judgement.Unwell.class, judge(UpstreamFault.CUT)).suspect());
  }

  private static Judgement judge(UpstreamFault fault) {
    return Judgement.of(new UpstreamReply.Unanswered(fault.failure("It is so.")));
  }

  private static Judgement judge(int status, String body, String... header) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < header.length; i += 2) {
      headers.set(header[i], header[i + 1]);
    }
    return Judgement.of(new UpstreamReply.Answered(status, headers, Buffer.buffer(body)));
  }
}
