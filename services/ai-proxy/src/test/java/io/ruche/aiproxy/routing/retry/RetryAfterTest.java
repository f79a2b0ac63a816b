package io.ruche.aiproxy.routing.retry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryAfterTest {

  @ParameterizedTest
  @CsvSource({"2, PT2S", "0, PT0S", "' 7.66 ', PT7.66S", "86400, PT15M"})
  void readsSecondsUpToTheLongestWait(String header, Duration wait) {
    assertEquals(wait, RetryAfter.parse(header, Duration.ofMinutes(15)));
  }

  @Test
  void readsDates() {
    Duration wait =
        RetryAfter.parse(
            DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(60)));

    assertNotNull(wait);
    assertTrue(wait.toSeconds() > 50 && wait.toSeconds() <= 60, wait::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1e9", "Wed, 21 Oct 2015 07:28:00 GMT"})
  void hasNoOpinionOnAnythingElse(String header) {
    assertNull(RetryAfter.parse(header));
  }
}
