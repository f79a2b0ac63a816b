package io.ruche.bus.envelope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {

  @Test
  void takesExactlyTheAlphabetOfALevel() {
    for (char c = 0; c < 0x250; c++) {
      boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
      assertEquals(allowed, Identifiers.isLevel("x" + c), "U+" + Integer.toHexString(c));
    }
  }

  @Test
  void takesExactlyTheAlphabetOfAnId() {
    for (char c = 0; c < 0x250; c++) {
      boolean allowed =
          c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-');
      assertEquals(allowed, Identifiers.isId("x" + c), "U+" + Integer.toHexString(c));
    }
  }

  @Test
  void boundsBothAt64Characters() {
    assertTrue(Identifiers.isLevel("x".repeat(64)));
    assertFalse(Identifiers.isLevel("x".repeat(65)));
    assertTrue(Identifiers.isId("X".repeat(64)));
    assertFalse(Identifiers.isId("X".repeat(65)));
    assertFalse(Identifiers.isLevel(""));
    assertFalse(Identifiers.isId(""));
  }

  @Test
  void takesNoIdThatAUrlCannotName() {
    assertFalse(Identifiers.isId("."));
    assertFalse(Identifiers.isId(".."));
    assertTrue(Identifiers.isId("..."));
    assertTrue(Identifiers.isId(".a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "é€😀", "a b", "\uFFFD", "\uE000", "\u00A0"})
  void knowsTextThatBrokersCarry(String text) {
    assertTrue(Identifiers.isText(text));
  }

  @Test
  void knowsTextThatBrokersRefuse() {
    for (int point : new int[] {0, 1, 0x1F, 0x7F, 0x9F, 0xD800, 0xDFFF, 0xFDD0, 0xFFFE, 0x1FFFF}) {
      assertFalse(Identifiers.isText("a" + Character.toString(point)), Integer.toHexString(point));
    }
  }

  @Test
  void namesWhatIsNoLevel() {
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class, () -> Identifiers.requireLevel("command", "Chat"));
    assertEquals("command 'Chat' must be 1 to 64 of a-z, 0-9, '_' and '-'", failure.getMessage());
  }
}
