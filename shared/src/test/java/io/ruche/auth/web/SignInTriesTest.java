package io.ruche.auth.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SignInTriesTest {

  private static final long SECOND = 1_000_000_000L;

  private final SignInTries tries = new SignInTries(6);

  @Test
  void givesSoManyAtOnceAndThenOneAtATime() {
    for (int i = 0; i < 6; i++) {
      assertEquals(Duration.ZERO, tries.take("a", 0));
    }
    assertEquals(Duration.ofSeconds(10), tries.take("a", 0));
    assertEquals(Duration.ofSeconds(1), tries.take("a", 9 * SECOND));
    assertEquals(Duration.ZERO, tries.take("a", 10 * SECOND));
    assertEquals(Duration.ZERO, tries.take("b", 10 * SECOND));
  }

  @Test
  void aTryThatWasRightCostsNothing() {
    for (int i = 0; i < 100; i++) {
      assertEquals(Duration.ZERO, tries.take("a", 0));
      tries.giveBack("a", 0);
    }
    assertEquals(0, tries.addresses());
  }

  @Test
  void remembersABoundedNumberOfAddresses() {
    for (int i = 0; i < 25_000; i++) {
      tries.take("address " + i, 0);
    }
    assertTrue(tries.addresses() <= 10_000, "" + tries.addresses());
  }
}
