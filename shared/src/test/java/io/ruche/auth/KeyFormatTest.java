package io.ruche.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.config.Secret;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFormatTest {

  @Test
  void generatesWellFormedKeysThatDiffer() {
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      Secret key = KeyFormat.generate();
      assertTrue(key.value().matches("rk_[0-9A-Za-z]{36}"));
      assertTrue(KeyFormat.isWellFormed(key.value()));
      texts.add(key.value());
    }

    assertEquals(1_000, texts.size());
  }

  @Test
  void noticesEverySingleWrongCharacter() {
    String key = KeyFormat.generate().value();

    for (int i = 0; i < key.length(); i++) {
      char other = key.charAt(i) == 'x' ? 'y' : 'x';
      assertFalse(KeyFormat.isWellFormed(key.substring(0, i) + other + key.substring(i + 1)));
    }
  }

  @Test
  void noticesTwoCharactersExchanged() {
    String key = KeyFormat.generate().value();

    for (int i = 3; i < key.length() - 1; i++) {
      if (key.charAt(i) != key.charAt(i + 1)) {
        String other =
            key.substring(0, i) + key.charAt(i + 1) + key.charAt(i) + key.substring(i + 2);
        assertFalse(KeyFormat.isWellFormed(other));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rk_",
        "rk_short",
        "sk_000000000000000000000000000000000000",
        "rk_000000000000000000000000000000000000",
        "rk_00000000000000000000000000000000000é",
        "rk_0000000000000000000000000000000000000000000000000000"
      })
  void refusesWhatIsNoKey(String text) {
    assertFalse(KeyFormat.isWellFormed(text));
  }

  @Test
  void hashesAsEveryoneElseDoes() {
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", KeyFormat.hash("abc"));
  }
}
