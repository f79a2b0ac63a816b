package io.ruche.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  private static final List<String> KEYS =
      List.of("max-body", "max-header", "port", "idle-timeout");

  @ParameterizedTest
  @CsvSource({
    "prot, port",
    "pot, port",
    "PORT, port",
    "maxBody, max-body",
    "max_body, max-body",
    "mx-body, max-body",
    "max-heder, max-header",
    "idletimeout, idle-timeout"
  })
  void findsTheNameThatWasMeant(String wrong, String right) {
    assertEquals(Optional.of(right), NearestName.of(wrong, KEYS));
  }

  @ParameterizedTest
  @CsvSource({"colour", "x", "''", "ports-of-call"})
  void guessesNothingFarFetched(String wrong) {
    assertEquals(Optional.empty(), NearestName.of(wrong, KEYS));
  }

  @Test
  void comparesNoEndlessNames() {
    assertEquals(Optional.empty(), NearestName.of("p".repeat(100_000), KEYS));
  }

  @Test
  void prefersTheFirstInAlphabetAmongEquals() {
    assertEquals(Optional.of("cat"), NearestName.of("at", List.of("hat", "cat", "mat")));
  }
}
