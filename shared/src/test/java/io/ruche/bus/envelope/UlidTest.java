package io.ruche.bus.envelope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UlidTest {

  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  @Test
  void isAnIdOf26CharactersOfCrockfordsAlphabet() {
    for (int i = 0; i < 1_000; i++) {
      String id = Ulid.next();
      assertEquals(26, id.length());
      assertTrue(id.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0), id);
      assertTrue(Identifiers.isId(id));
    }
  }

  @Test
  void isUnique() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 200_000; i++) {
      ids.add(Ulid.next());
    }
    assertEquals(200_000, ids.size());
  }

  @Test
  void beginsWithTheMillisecondOfItsMaking() {
    long before = System.currentTimeMillis();
    String id = Ulid.next();
    long after = System.currentTimeMillis();
    long time = 0;
    for (int i = 0; i < 10; i++) {
      time = time * 32 + ALPHABET.indexOf(id.charAt(i));
    }
    assertTrue(before <= time && time <= after, before + " " + time + " " + after);
  }

  @Test
  void sortsByTimeAsText() {
    String first = Ulid.next();
    long made = System.currentTimeMillis();
    while (System.currentTimeMillis() <= made) {
      Thread.onSpinWait();
    }
    assertTrue(first.compareTo(Ulid.next()) < 0);
  }

  @Test
  void usesAllOfItsRandomCharacters() {
    Map<Integer, Set<Character>> seen = new HashMap<>();
    for (int n = 0; n < 2_000; n++) {
      String id = Ulid.next();
      for (int i = 10; i < 26; i++) {
        seen.computeIfAbsent(i, position -> new HashSet<>()).add(id.charAt(i));
      }
    }
    seen.forEach((position, letters) -> assertEquals(32, letters.size(), "position " + position));
  }
}
