package io.ruche.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.RateLimiter.LocalBuckets;
import io.ruche.auth.RateLimiter.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalBucketsTest {

  private static final long SECOND = 1_000_000_000L;

  private final LocalBuckets buckets = new LocalBuckets();

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 9, 60, 999, 7_000, 1_000_000})
  void letsThroughExactlyItsSizeAtOnce(int perMinute) {
    for (int i = 0; i < perMinute; i++) {
      assertTrue(buckets.take("a", perMinute, 5).allowed(), "request " + i);
    }

    assertFalse(buckets.take("a", perMinute, 5).allowed());
  }

  @Test
  void refillsEvenly() {
    for (int i = 0; i < 60; i++) {
      buckets.take("a", 60, 0);
    }

    Verdict refused = buckets.take("a", 60, SECOND / 2);
    assertFalse(refused.allowed());
    assertEquals(500, refused.retryAfter().toMillis());
    assertEquals(Duration.ofMillis(59_500), refused.reset());
    assertTrue(buckets.take("a", 60, SECOND).allowed());
    assertFalse(buckets.take("a", 60, SECOND).allowed());
    assertTrue(buckets.take("a", 60, 3 * SECOND).allowed());
    assertTrue(buckets.take("a", 60, 3 * SECOND).allowed());
    assertFalse(buckets.take("a", 60, 3 * SECOND).allowed());
  }

  @Test
  void countsWhatRemains() {
    assertEquals(2, buckets.take("a", 3, 0).remaining());
    assertEquals(1, buckets.take("a", 3, 0).remaining());
    assertEquals(0, buckets.take("a", 3, 0).remaining());
  }

  @Test
  void keepsBucketsApart() {
    buckets.take("a", 1, 0);

    assertTrue(buckets.take("b", 1, 0).allowed());
  }

  @Test
  void recoversWhenTheLimitIsLowered() {
    for (int i = 0; i < 1_000; i++) {
      buckets.take("a", 1_000, 0);
    }

    assertFalse(buckets.take("a", 1, 59 * SECOND).allowed());
    assertTrue(buckets.take("a", 1, 60 * SECOND).allowed());
  }
}
