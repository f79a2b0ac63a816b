package io.ruche.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ruche.auth.limits.Limits;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LimitOptionsTest {

  private static final Limits PRESENT = new Limits(60, 5L, 6L, 7L, 8, 9L, 25_000_000_000L);

  @Test
  void changesWhatIsNamedAndLeavesTheRest() {
    Limits changed = options("--rpm", "90", "--tpm=none", "--budget-usd", "0.25").over(PRESENT);

    assertEquals(new Limits(90, 5L, null, 7L, 8, 9L, 250_000_000L), changed);
    assertEquals(PRESENT, options().over(PRESENT));
  }

  @Test
  void saysEverythingThatIsWrongAndWhatWouldBeRight() {
    CliFailure failure =
        assertThrows(
            CliFailure.class,
            () ->
                options("--rpm", "many", "--tpd", "0", "--budget-usd-day", "-1").over(Limits.NONE));

    assertEquals(
        String.join(
            System.lineSeparator(),
            "--rpm must be a whole number such as 60, or none, not 'many'",
            "--budget-usd-day must be dollars such as 5 or 0.25, or none, not '-1'",
            "tpd 0 must be between 1 and 1000000000000"),
        failure.getMessage());
    assertEquals(2, CliFailure.exitCode(failure));
  }

  @Test
  void asksForALimitToChange() {
    assertThrows(CliFailure.class, () -> options().requireSome());
    options("--concurrent", "none").requireSome();
  }

  @Test
  void showsLimitsInOneCellAndInJson() {
    assertEquals("-", LimitOptions.shown(Limits.NONE));
    assertEquals(
        "60 rpm, 5 rpd, 6 tpm, 7 tpd, 8 concurrent, 0.000000009 usd/day, 25 usd/month",
        LimitOptions.shown(PRESENT));
    assertEquals(
        "{\"rpm\":60,\"rpd\":null,\"tpm\":null,\"tpd\":null,\"concurrent\":null,"
            + "\"usd_per_day\":null,\"usd_per_month\":0.5}",
        LimitOptions.toJson(new Limits(60, null, null, null, null, null, 500_000_000L)).encode());
  }

  private static LimitOptions options(String... args) {
    LimitOptions options = new LimitOptions();
    new CommandLine(options).parseArgs(args);
    return options;
  }
}
