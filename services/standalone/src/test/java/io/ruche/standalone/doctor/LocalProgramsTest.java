package io.ruche.standalone.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalProgramsTest {

  private static final Path HERE = Path.of(".");

  private final Programs programs = new LocalPrograms(Duration.ofSeconds(20));

  @Test
  void answersWhatAProgramSaysAndHowItEnds() throws IOException {
    Programs.Output output =
        programs.run(HERE, List.of("sh", "-c", "echo out; echo why >&2; exit 3"));

    assertEquals(new Programs.Output(3, "out\n", "why\n"), output);
    assertEquals("why", output.reason());
  }

  @Test
  void readsMoreThanAPipeHolds() throws IOException {
    assertEquals(300_000, programs.ask(HERE, "sh", "-c", "head -c 300000 /dev/zero").length());
  }

  @Test
  void saysWhichProgramFails() {
    IOException failure =
        assertThrows(
            IOException.class, () -> programs.ask(HERE, "sh", "-c", "echo no >&2; exit 1"));

    assertTrue(String.valueOf(failure.getMessage()).endsWith("failed: no"), failure::toString);
  }

  @Test
  void endsAProgramThatTakesTooLong() {
    Programs hasty = new LocalPrograms(Duration.ofMillis(200));

    IOException failure =
        assertThrows(IOException.class, () -> hasty.run(HERE, List.of("sleep", "60")));

    assertTrue(String.valueOf(failure.getMessage()).contains("did not end"), failure::toString);
  }
}
