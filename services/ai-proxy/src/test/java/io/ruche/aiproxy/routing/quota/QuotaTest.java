package io.ruche.aiproxy.routing.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.routing.quota.QuotaLeft.Limit;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class QuotaTest {

  private final AtomicLong nanos = new AtomicLong(1);

  @Test
  void allowsEverythingWhereNothingIsKnown() {
    Quota quota = quota(ModelLimits.NONE);

    for (int i = 0; i < 10_000; i++) {
      assertTrue(quota.take(1_000_000));
    }
    assertEquals(Duration.ZERO, quota.waitFor(1_000_000));
  }

  @Test
  void keepsToWhatTheHeadersTell() {
    Quota quota = quota(ModelLimits.NONE);
    assertTrue(quota.take(100));
    quota.answered(100, nanos.get(), headers(6_000, 500, "55s")::get);

    assertTrue(quota.take(500));
    assertFalse(quota.take(100));

    assertEquals(1_000, quota.waitFor(100).toMillis());
    pass(Duration.ofSeconds(1));
    assertTrue(quota.take(100));
  }

  @Test
  void tellsWhatIsLeftOfEachLimitThatIsKnown() {
    assertEquals(List.of(), quota(ModelLimits.NONE).left());
    Quota quota = quota(limits(30L, null, null, 1_000L));
    quota.take(100);
    quota.answered(100, nanos.get(), headers(6_000, 500, "55s")::get);
    quota.take(200);

    Map<Limit, QuotaLeft> left = new EnumMap<>(Limit.class);
    quota.left().forEach(one -> left.put(one.limit(), one));

    assertEquals(
        new QuotaLeft(Limit.REQUESTS_PER_MINUTE, 30, 28), left.get(Limit.REQUESTS_PER_MINUTE));
    assertEquals(new QuotaLeft(Limit.TOKENS_PER_DAY, 1_000, 700), left.get(Limit.TOKENS_PER_DAY));
    assertEquals(
        new QuotaLeft(Limit.TOKENS_PER_MINUTE, 6_000, 300), left.get(Limit.TOKENS_PER_MINUTE));
    pass(Duration.ofSeconds(1));
    assertEquals(400, quota.left().get(2).left(), "it fills as the reset says");
    pass(Duration.ofMinutes(5));
    assertEquals(6_000, quota.left().get(2).left(), "and is never more than full");
  }

  @Test
  void keepsAReserveFromThoseThatGiveWay() {
    Quota quota = quota(ModelLimits.NONE);
    assertTrue(quota.take(100));
    quota.answered(100, nanos.get(), headers(6_000, 1_300, "47s")::get);

    assertFalse(quota.take(200, 0.2));
    assertEquals(1_000, quota.waitFor(1, 200, 0.2).toMillis());
    assertTrue(quota.take(100, 0.2));
    assertTrue(quota.take(1_200));
  }

  @Test
  void keepsAsMuchAsOthersTookInTheLastMinute() {
    Quota quota = quota(ModelLimits.NONE);
    assertTrue(quota.take(100));
    quota.answered(100, nanos.get(), headers(6_000, 6_000, "0s")::get);
    assertTrue(quota.take(100, 0.2));
    assertTrue(quota.take(2_000));

    assertFalse(quota.take(800, 0.2));
    assertTrue(quota.take(700, 0.2));
    pass(Duration.ofSeconds(62));
    assertTrue(quota.take(4_800, 0.2));
  }

  @Test
  void isFullBeforeItMakesThoseWaitForEverThatGiveWay() {
    Quota quota = quota(ModelLimits.NONE);
    assertTrue(quota.take(100));
    quota.answered(100, nanos.get(), headers(6_000, 0, "60s")::get);

    assertEquals(60_000, quota.waitFor(1, 5_900, 0.2).toMillis());
  }

  @Test
  void tellsThePaceThatTheTightestLimitAllows() {
    Quota quota = quota(limits(30L, null, 6_000L, null));
    assertEquals(Duration.ZERO, quota.pace(10, 0.2));
    for (int i = 0; i < 24; i++) {
      assertTrue(quota.take(10, 0.2));
    }
    assertEquals(2_000, quota.pace(10, 0.2).toMillis());
    assertEquals(Duration.ZERO, quota(ModelLimits.NONE).pace(1_000, 0.2));
  }

  @Test
  void countsRequestsByTheDay() {
    Quota quota = quota(ModelLimits.NONE);
    quota.take(1);
    Map<String, String> headers = headers(6_000, 6_000, "0s");
    headers.put("x-ratelimit-remaining-requests", "0");
    headers.put("x-ratelimit-reset-requests", "24h0m0s");
    quota.answered(1, nanos.get(), headers::get);

    assertFalse(quota.take(1));

    assertEquals(6, quota.waitFor(1).toSeconds());
  }

  @Test
  void takesRequestsOnTheirWayAsNotYetCounted() {
    Quota quota = quota(ModelLimits.NONE);
    quota.take(1);
    quota.answered(1, nanos.get(), headers(6_000, 1_000, "50s")::get);
    quota.take(600);
    quota.take(200);

    quota.answered(200, nanos.get(), headers(6_000, 800, "52s")::get);

    assertTrue(quota.take(200));
    assertFalse(quota.take(1));
  }

  @Test
  void isNotRaisedByAnAnswerThatCameLate() {
    Quota quota = quota(ModelLimits.NONE);
    quota.take(1);
    quota.answered(1, nanos.get(), headers(6_000, 1_000, "50s")::get);
    quota.take(1);
    final long slow = nanos.get();
    pass(Duration.ofMillis(10));
    quota.take(1);
    quota.answered(1, nanos.get(), headers(6_000, 100, "59s")::get);

    quota.answered(1, slow, headers(6_000, 900, "51s")::get);

    assertFalse(quota.take(200));
  }

  @Test
  void givesBackWhatWasNeverSent() {
    Quota quota = quota(limits(1L, null, null, 100L));
    assertTrue(quota.take(100));
    assertFalse(quota.take(1));

    quota.notSent(100);

    assertTrue(quota.take(100));
  }

  @Test
  void neverSendsMoreInAMinuteThanConfigured() {
    Quota quota = quota(limits(30L, null, null, null));
    Queue<Long> sent = new PriorityQueue<>();
    Random random = new Random(7);
    int all = 0;
    for (int i = 0; i < 20_000; i++) {
      pass(Duration.ofMillis(random.nextInt(100)));
      sent.removeIf(at -> nanos.get() - at >= Duration.ofMinutes(1).toNanos());
      if (quota.take(1)) {
        sent.add(nanos.get());
        all++;
        assertTrue(sent.size() <= 30, sent.size() + " in a minute");
      }
    }
    double minutes = nanos.get() / (double) Duration.ofMinutes(1).toNanos();
    assertTrue(all > 28 * minutes, all + " in " + minutes + " minutes");
  }

  @Test
  void tellsWhenARequestWouldBeAllowed() {
    Quota quota = quota(limits(30L, null, null, 1_000L));
    assertTrue(quota.take(1_000));
    quota.used(1_000, new Consumption(500, 0, 0));
    assertTrue(quota.take(500));

    Duration wait = quota.waitFor(500);

    assertTrue(wait.compareTo(Duration.ofHours(24)) >= 0, wait::toString);
    assertTrue(wait.compareTo(Duration.ofHours(25)) <= 0, wait::toString);
    pass(wait);
    assertTrue(quota.take(500));
  }

  @Test
  void waitsOutARetryAfter() {
    Quota quota = quota(ModelLimits.NONE);
    quota.refused(Duration.ofSeconds(3));
    quota.refused(Duration.ofSeconds(1));

    assertFalse(quota.take(1));
    assertEquals(Duration.ofSeconds(3), quota.waitFor(1));
    pass(Duration.ofSeconds(3));
    assertTrue(quota.take(1));
  }

  @Test
  void leavesWhatIsLargerThanTheLimitToTheProvider() {
    Quota quota = quota(limits(null, null, 100L, null));

    assertTrue(quota.take(1_000));
  }

  /** Groq as it is: a bucket for tokens, told in each answer, with answers that take a while. */
  @Test
  void isRefusedAlmostNeverAtNinetyFivePercentOfTheQuota() {
    Quota quota = quota(ModelLimits.NONE);
    Bucket provider = new Bucket(60_000);
    Random random = new Random(3);
    record Answer(long at, long sentAt, int tokens, Map<String, String> headers) {}
    Queue<Answer> onTheWay =
        new PriorityQueue<>((one, other) -> Long.compare(one.at(), other.at()));
    int asked = 0;
    int refusedHere = 0;
    int refusedThere = 0;
    long tokensSent = 0;
    long start = nanos.get();
    while (nanos.get() - start < Duration.ofMinutes(60).toNanos()) {
      // 10 requests a second of 95 tokens on average are 95 % of 1,000 tokens a second.
      pass(Duration.ofNanos((long) (-Math.log(1 - random.nextDouble()) * 1e8)));
      while (!onTheWay.isEmpty() && onTheWay.element().at() <= nanos.get()) {
        Answer answer = onTheWay.remove();
        quota.answered(answer.tokens(), answer.sentAt(), answer.headers()::get);
      }
      int tokens = 40 + random.nextInt(111);
      asked++;
      if (!quota.take(tokens)) {
        refusedHere++;
      } else {
        tokensSent += tokens;
        refusedThere += provider.take(tokens) ? 0 : 1;
        long latency = Duration.ofMillis(50 + random.nextInt(500)).toNanos();
        onTheWay.add(new Answer(nanos.get() + latency, nanos.get(), tokens, provider.headers()));
      }
    }
    int sent = asked - refusedHere;
    assertTrue(refusedThere <= sent / 1_000, refusedThere + " of " + sent + " refused there");
    assertTrue(tokensSent > 0.93 * 60_000 * 60, tokensSent + " tokens in an hour");
  }

  /** A limit as a provider counts it. */
  private final class Bucket {

    private final int limit;
    private double left;
    private long at = nanos.get();

    Bucket(int limit) {
      this.limit = limit;
      this.left = limit;
    }

    boolean take(int tokens) {
      left = Math.min(limit, left + (nanos.get() - at) * (limit / 60e9));
      at = nanos.get();
      if (left < tokens) {
        return false;
      }
      left -= tokens;
      return true;
    }

    Map<String, String> headers() {
      double seconds = (limit - left) / (limit / 60.0);
      return QuotaTest.headers(limit, (long) left, "%.3fs".formatted(seconds));
    }
  }

  private static Map<String, String> headers(long limit, long remaining, String reset) {
    Map<String, String> headers = new HashMap<>();
    headers.put("x-ratelimit-limit-requests", "14400");
    headers.put("x-ratelimit-remaining-requests", "14370");
    headers.put("x-ratelimit-reset-requests", "2m59.56s");
    headers.put("x-ratelimit-limit-tokens", Long.toString(limit));
    headers.put("x-ratelimit-remaining-tokens", Long.toString(remaining));
    headers.put("x-ratelimit-reset-tokens", reset);
    return headers;
  }

  private Quota quota(ModelLimits limits) {
    return new Quota(limits, nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static ModelLimits limits(
      @Nullable Long requestsPerMinute,
      @Nullable Long requestsPerDay,
      @Nullable Long tokensPerMinute,
      @Nullable Long tokensPerDay) {
    return new ModelLimits(
        requestsPerMinute, requestsPerDay, tokensPerMinute, tokensPerDay, null, null, null, null);
  }

  @Test
  void holdsBackOnceTheTokensOfAMinutesAnswersAreUsedUp() {
    Quota quota = quota(new ModelLimits(null, null, null, null, 10_000L, 500L, null, null));
    assertTrue(quota.take(100));
    quota.used(100, new Consumption(40, 499, 0));
    assertTrue(quota.take(100), "one more token is left");
    quota.used(100, new Consumption(40, 60, 0));

    assertFalse(quota.take(1));
    Duration wait = quota.waitFor(1);
    assertTrue(wait.compareTo(Duration.ofSeconds(60)) >= 0, wait::toString);
    assertTrue(wait.compareTo(Duration.ofSeconds(62)) <= 0, wait::toString);
    pass(wait);
    assertTrue(quota.take(1));
  }

  @Test
  void holdsBackOnceTheTokensOfAMinutesRequestsAreUsedUp() {
    Quota quota = quota(new ModelLimits(null, null, null, null, 100L, null, null, null));
    assertTrue(quota.take(500));
    quota.used(500, new Consumption(100, 9_000, 0));

    assertFalse(quota.take(1));
  }

  @Test
  void countsTheSoundOfAnHourAndOfADay() {
    Quota quota = quota(new ModelLimits(null, null, null, null, null, null, 7_200L, 28_800L));
    assertTrue(quota.take(0));
    quota.used(0, new Consumption(0, 0, Duration.ofHours(2).toMillis()));

    assertFalse(quota.take(0));
    Duration hour = quota.waitFor(0);
    assertTrue(hour.compareTo(Duration.ofHours(1)) >= 0, hour::toString);
    assertTrue(hour.compareTo(Duration.ofMinutes(62)) <= 0, hour::toString);
    assertEquals(
        List.of(
            new QuotaLeft(Limit.AUDIO_SECONDS_PER_HOUR, 7_200, 0),
            new QuotaLeft(Limit.AUDIO_SECONDS_PER_DAY, 28_800, 21_600)),
        quota.left());
    pass(hour);
    assertTrue(quota.take(0));
  }

  @Test
  void pacesWorkThatGivesWayByWhatTheLastAnswerTook() {
    Quota quota = quota(new ModelLimits(null, null, null, null, null, 600L, null, null));
    quota.take(1);
    quota.used(1, new Consumption(0, 600, 0));

    assertEquals(Duration.ofMinutes(1), quota.pace(1, 0.1));
  }
}
