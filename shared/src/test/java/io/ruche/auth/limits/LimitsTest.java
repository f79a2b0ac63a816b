package io.ruche.auth.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {

  @Test
  void tellsEverythingThatIsOutOfRange() {
    Limits wrong = new Limits(0, -1L, 2_000_000_000L, null, 100_001, 0L, Long.MAX_VALUE);

    assertEquals(
        List.of(
            "rpm 0 must be between 1 and 1000000",
            "rpd -1 must be between 1 and 1000000000",
            "tpm 2000000000 must be between 1 and 1000000000",
            "concurrent 100001 must be between 1 and 100000",
            "the budget of 0 USD a day must be more than 0 and at most 1000000",
            "the budget of 9223372036.854775807 USD a month must be more than 0 and at most"
                + " 1000000"),
        wrong.flaws());
  }

  @Test
  void comesBackFromItsNames() {
    Limits all = new Limits(1, 2L, 3L, 4L, 5, 6L, 7L);
    Map<String, Long> named = all.byName();

    assertEquals(all, Limits.of(named::get));
    assertTrue(Limits.of(Map.<String, Number>of()::get).none());
  }

  @ParameterizedTest
  @CsvSource({"0,0", "5000000000,5", "250000000,0.25", "1,0.000000001", "100000000000,100"})
  void writesMoneyAsPeopleDo(long nanos, String shown) {
    assertEquals(shown, Dollars.shown(nanos));
    assertEquals(nanos, Dollars.nanos(new BigDecimal(shown)));
    assertEquals(nanos, Dollars.nanos(Double.parseDouble(shown)));
  }

  @Test
  void refusesFractionsOfANanoDollar() {
    assertThrows(
        IllegalArgumentException.class, () -> Dollars.nanos(new BigDecimal("0.0000000001")));
  }
}
