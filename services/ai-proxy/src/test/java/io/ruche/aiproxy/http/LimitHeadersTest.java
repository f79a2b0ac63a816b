package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ruche.aiproxy.gateway.LimitFailures;
import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.limits.Measure;
import io.ruche.aiproxy.limits.Owner;
import io.ruche.aiproxy.limits.Standing;
import io.ruche.http.Failure;
import io.ruche.http.openai.OpenAiErrors;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitHeadersTest {

  private static final Owner KEY = new Owner("koff", "n8n");
  private static final Owner TENANT = new Owner("koff", null);

  @Test
  void writesTheHeadersThatOpenAiHasInPlaceOfAProviders() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    headers.set("x-ratelimit-limit-requests", "14400").set("x-ratelimit-reset-tokens", "7.66s");

    LimitHeaders.write(refused(KEY, Measure.RPM, 60, 0, 1, true, Duration.ofSeconds(1)), headers);

    assertEquals("60", headers.get("x-ratelimit-limit-requests"));
    assertEquals("0", headers.get("x-ratelimit-remaining-requests"));
    assertEquals("6m0s", headers.get("x-ratelimit-reset-requests"));
    assertFalse(headers.contains("x-ratelimit-reset-tokens"));
  }

  @Test
  void saysWhichLimitOfWhomAndWhenToAskAgain() {
    Failure failure =
        LimitFailures.of(refused(KEY, Measure.TPM, 6_000, 40, 900, true, Duration.ofMillis(8_600)));

    assertEquals(429, failure.status());
    assertEquals("9", failure.headers().get("Retry-After"));
    assertNull(failure.headers().get("x-should-retry"));
    assertError(
        failure,
        "rate_limit_error",
        "rate_limit_exceeded",
        "The API key 'n8n' may use 6000 tokens a minute and has 40 left, of which this request may"
            + " need 900; ask again in 8.6s. (limit: tpm)");
  }

  @Test
  void callsMoneyAQuota() {
    Failure failure =
        LimitFailures.of(
            refused(
                TENANT,
                Measure.USD_PER_MONTH,
                12_500_000_000L,
                20_000_000,
                50_000_000,
                true,
                Duration.ofHours(30)));

    assertEquals("108000", failure.headers().get("Retry-After"));
    assertEquals("false", failure.headers().get("x-should-retry"));
    assertError(
        failure,
        "insufficient_quota",
        "insufficient_quota",
        "The tenant 'koff' may use 12.5 dollars a month and has 0.02 left, of which this request"
            + " may need 0.05; ask again in 30h0m0s. (limit: usd-per-month)");
  }

  @Test
  void tellsThatARequestNeverFits() {
    Failure failure =
        LimitFailures.of(
            refused(KEY, Measure.TPM, 6_000, 6_000, 9_000, false, Duration.ofMillis(1)));

    assertNull(failure.headers().get("Retry-After"));
    assertEquals("false", failure.headers().get("x-should-retry"));
    assertError(
        failure,
        "rate_limit_error",
        "rate_limit_exceeded",
        "The API key 'n8n' may use 6000 tokens a minute, and this request may need 9000: ask for"
            + " less, for example by a lower max_tokens.");
  }

  @Test
  void tellsThatTooManyRun() {
    assertError(
        LimitFailures.of(refused(KEY, Measure.CONCURRENT, 4, 0, 1, true, Duration.ofSeconds(1))),
        "rate_limit_error",
        "rate_limit_exceeded",
        "The API key 'n8n' may use 4 requests at the same time and has as many running; ask again"
            + " in 1s. (limit: concurrent)");
  }

  @Test
  void answers503WhereNobodyCanTell() {
    Failure failure =
        LimitFailures.of(new Decision.Unavailable("Nobody knows.", Duration.ofSeconds(2)));

    assertEquals(503, failure.status());
    assertEquals("2", failure.headers().get("Retry-After"));
  }

  private static Decision.Refused refused(
      Owner owner,
      Measure measure,
      long limit,
      long remaining,
      long needed,
      boolean possible,
      Duration retryAfter) {
    return new Decision.Refused(
        owner,
        measure,
        limit,
        remaining,
        needed,
        possible,
        retryAfter,
        Duration.ofMinutes(6),
        new Standing(60, 0, Duration.ofMinutes(6)),
        null);
  }

  private static void assertError(Failure failure, String type, String code, String message) {
    JsonObject error = OpenAiErrors.encode(failure).toJsonObject().getJsonObject("error");
    assertEquals(message, error.getString("message"));
    assertEquals(type, error.getString("type"));
    assertEquals(code, error.getString("code"));
  }
}
