package io.ruche.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.envelope.Payload;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommandSpecTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void hasDefaultsThatAnAuthorCanLiveWith() {
    CommandSpec spec = CommandSpec.named("chat");
    assertEquals("chat", spec.name());
    assertNull(spec.completedEvent());
    assertNull(spec.failedEvent());
    assertFalse(spec.ordered());
    assertEquals(16, spec.prefetch());
    assertEquals(5, spec.attempts());
    assertEquals(Duration.ofMinutes(5), spec.timeout());
    assertEquals(SECOND, spec.backOff());
    assertEquals(Duration.ofMinutes(5), spec.longestBackOff());
  }

  @Test
  void changesOnlyWhatIsSaid() {
    CommandSpec all =
        CommandSpec.named("chat")
            .completed("chat-completed")
            .failed("chat-failed")
            .orderedByKey()
            .prefetch(3)
            .attempts(7, SECOND, Duration.ofSeconds(9))
            .timeout(Duration.ofSeconds(30));
    assertEquals(
        new CommandSpec(
            "chat",
            "chat-completed",
            "chat-failed",
            true,
            3,
            7,
            Duration.ofSeconds(30),
            SECOND,
            Duration.ofSeconds(9)),
        all);
    assertTrue(all.ordered());
  }

  @Test
  void refusesNamesThatAreNoTopicLevels() {
    assertThrows(IllegalArgumentException.class, () -> CommandSpec.named("Chat"));
    assertThrows(IllegalArgumentException.class, () -> CommandSpec.named(""));
    CommandSpec spec = CommandSpec.named("chat");
    assertThrows(IllegalArgumentException.class, () -> spec.completed("chat completed"));
    assertThrows(IllegalArgumentException.class, () -> spec.failed("chat/failed"));
    assertThrows(IllegalArgumentException.class, () -> Event.of("Chat", Payload.json("{}")));
  }

  @Test
  void refusesBoundsThatWouldDoNothing() {
    CommandSpec spec = CommandSpec.named("chat");
    assertThrows(IllegalArgumentException.class, () -> spec.prefetch(0));
    assertThrows(IllegalArgumentException.class, () -> spec.attempts(0, SECOND, SECOND));
    assertThrows(IllegalArgumentException.class, () -> spec.attempts(1, Duration.ZERO, SECOND));
    assertThrows(
        IllegalArgumentException.class, () -> spec.attempts(1, SECOND, Duration.ofSeconds(-1)));
    assertThrows(IllegalArgumentException.class, () -> spec.timeout(Duration.ZERO));
  }
}
