package io.ruche.aiproxy.routing.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResetTimeTest {

  @ParameterizedTest
  @CsvSource({
    "7.66s, 7660",
    "2m59.56s, 179560",
    "130ms, 130",
    "1h2m3s, 3723000",
    "6m0s, 360000",
    "1d, 86400000",
    "0s, 0",
    "59.7, 59700",
    "5, 5000",
    "2h30ms, 7200030",
    "7.66ms, 8"
  })
  void readsWhatProvidersWrite(String text, long millis) {
    assertEquals(millis, Math.round(ResetTime.nanos(text) / 1e6));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "soon",
        "-1s",
        "1s2m",
        "1m2m",
        "1m5x",
        "1.s",
        ".5s",
        "1..5s",
        "1m5",
        "m",
        "ms",
        "2026-11-21T18:30:00Z",
        "99999999999s"
      })
  void hasNoOpinionOnAnythingElse(@org.jspecify.annotations.Nullable String text) {
    assertEquals(-1, ResetTime.nanos(text));
  }
}
