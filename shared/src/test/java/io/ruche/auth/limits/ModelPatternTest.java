package io.ruche.auth.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelPatternTest {

  @ParameterizedTest
  @CsvSource({
    "fast, fast, true",
    "fast, faster, false",
    "fast, Fast, false",
    "openai/*, openai/gpt-oss-20b, true",
    "openai/*, openai/, true",
    "openai/*, openai, false",
    "openai/*, groq/openai/gpt-oss-20b, false",
    "*, anything/at all, true",
    "*-preview, a-preview, true",
    "*-preview, a-preview-2, false",
    "gpt-*-mini, gpt-4o-mini, true",
    "gpt-*-mini, gpt-mini, false",
    "gpt-*-mini, gpt--mini-mini, true",
    "a*b*c, aXbXbXc, true",
    "a*b*c, acb, false",
    "**, '', true",
    "a.c, abc, false"
  })
  void starsStandForAnyCharacters(String pattern, String name, boolean matches) {
    assertEquals(matches, ModelPattern.matches(pattern, name));
  }

  @ParameterizedTest
  @CsvSource({
    "fast, FAST, true",
    "GPT-*-mini, gpt-4O-MINI, true",
    "task, ta\u017f\u212a, true",
    "fast, past, false"
  })
  void aPatternCanStandForAnyCase(String pattern, String name, boolean matches) {
    assertEquals(matches, ModelPattern.matchesInAnyCase(pattern, name));
  }

  @Test
  void takesNoTimeForStarsThatMatchNothing() {
    assertFalse(ModelPattern.matches("a*".repeat(127) + "b", "a".repeat(256)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a,b", "\u00e9", "a\nb"})
  void refusesWhatIsNoPattern(String pattern) {
    assertNotNull(ModelPattern.flaw(pattern));
    assertNull(ModelPattern.flaw("openai/gpt-*:free"));
  }
}
