package io.ruche.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.limits.Access;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AccessOptionsTest {

  private static final Access PRESENT = new Access(List.of("fast"), List.of("*-x"), 8_000L, 1_000L);

  @Test
  void changesWhatIsNamedAndLeavesTheRest() {
    AccessOptions changes = options("--models", "openai/*, fast", "--max-input-tokens=none");

    assertEquals(
        new Access(List.of("openai/*", "fast"), List.of("*-x"), null, 1_000L),
        changes.over(PRESENT));
    assertEquals(PRESENT, options().over(PRESENT));
    assertTrue(changes.some());
    assertFalse(options().some());
    assertEquals(
        Access.ANY,
        options(
                "--models=none",
                "--deny-models=none",
                "--max-input-tokens=none",
                "--max-output-tokens=none")
            .over(PRESENT));
  }

  @Test
  void saysEverythingThatIsWrongAndWhatWouldBeRight() {
    CliFailure failure =
        assertThrows(
            CliFailure.class,
            () ->
                options("--models", "a,,b", "--max-output-tokens", "-1", "--max-input-tokens", "0")
                    .over(Access.ANY));

    assertEquals(
        String.join(
            System.lineSeparator(),
            "--max-output-tokens must be a whole number such as 4000, or none, not '-1'",
            "models: '' must be a model, an alias, or a pattern such as openai/*, of 1 to 256 visible"
                + " ASCII characters without commas",
            "max_input_tokens 0 must be between 1 and 10000000"),
        failure.getMessage());
  }

  @Test
  void showsItInOneCellAndInJson() {
    assertEquals("-", AccessOptions.shown(Access.ANY));
    assertEquals("fast, not *-x, 8000 in, 1000 out", AccessOptions.shown(PRESENT));
    assertEquals(
        "{\"models\":[\"fast\"],\"deny_models\":[\"*-x\"],\"max_input_tokens\":8000,"
            + "\"max_output_tokens\":1000}",
        AccessOptions.toJson(PRESENT).encode());
  }

  private static AccessOptions options(String... args) {
    AccessOptions options = new AccessOptions();
    new CommandLine(options).parseArgs(args);
    return options;
  }
}
