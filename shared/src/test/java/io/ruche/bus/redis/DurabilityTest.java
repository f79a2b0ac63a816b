package io.ruche.bus.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurabilityTest {

  @Test
  void readsTheVersionThatRedisTells() {
    assertEquals("7.0.15", Durability.version("# Server\r\nredis_version:7.0.15\r\nos:Linux\r\n"));
    assertEquals("", Durability.version("# Server\r\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7.2.0", "7.2", "7.4.1", "8.0.0", "10.0.1"})
  void knowsWhoHasWaitAof(String version) {
    assertTrue(Durability.hasWaitAof(version));
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.2.7", "7.0.15", "7.1.9", "2.8", "", "x", "7"})
  void knowsWhoHasNot(String version) {
    assertFalse(Durability.hasWaitAof(version));
  }
}
