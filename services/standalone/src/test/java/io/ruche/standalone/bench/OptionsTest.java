package io.ruche.standalone.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

  @Test
  void measuresThreeTimesAndAMillionWithoutOptions() {
    Options options = Options.parse(List.of());
    assertEquals(3, options.runs());
    assertEquals(1_000_000, options.backlog());
  }

  @Test
  void measuresLessWhenQuickUnlessToldOtherwise() {
    Options options = Options.parse(List.of("--runs", "5", "--quick"));
    assertEquals(5, options.runs());
    assertEquals(100_000, options.backlog());
    assertTrue(options.quick());
  }

  @ParameterizedTest
  @CsvSource({
    "--runs,0,--runs is a number from 1 to 50",
    "--runs,many,--runs is a number from 1 to 50",
    "--backlog,7,--backlog is 0 or at least 1000",
    "--broker,rabbit,--broker is mosquitto or embedded",
    "--fast,1,no option is called '--fast'"
  })
  void refusesWhatItDoesNotKnowAndSaysWhatWouldBeRight(String option, String value, String says) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Options.parse(List.of(option, value)));
    assertTrue(String.valueOf(refused.getMessage()).startsWith(says), refused.getMessage());
  }

  @Test
  void refusesAnOptionWithoutItsValue() {
    assertThrows(IllegalArgumentException.class, () -> Options.parse(List.of("--data")));
  }
}
