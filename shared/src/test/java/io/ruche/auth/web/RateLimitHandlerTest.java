package io.ruche.auth.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitHandlerTest {

  @ParameterizedTest
  @CsvSource({
    "0,0ms",
    "1,1ms",
    "999,999ms",
    "1000,1s",
    "1500,1.5s",
    "59999,59.999s",
    "60000,1m0s",
    "7261500,2h1m1.5s"
  })
  void spellsDurationsAsOpenAiDoes(long ms, String spelled) {
    assertEquals(spelled, RateLimitHandler.spelled(Duration.ofMillis(ms)));
  }
}
