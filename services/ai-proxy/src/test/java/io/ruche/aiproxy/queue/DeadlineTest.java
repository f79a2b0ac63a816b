package io.ruche.aiproxy.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.routing.TestProviders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeadlineTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Target FIRST = Target.only(TestProviders.named("groq"), "m");
  private static final Target SECOND = Target.only(TestProviders.named("ollama"), "m");
  private static final Route PATIENT =
      new Route(List.of(List.of(FIRST), List.of(SECOND)), Duration.ofMinutes(2));
  private static final Route HASTY = new Route(List.of(List.of(FIRST), List.of(SECOND)));

  private final Deadline deadline =
      new Deadline(NOW.plusSeconds(86_400), NOW.plus(Duration.ofMinutes(10)));

  @Test
  void waitsForTheFirstTierUntilTheDeadlineIsNear() {
    assertTrue(deadline.priority(PATIENT, 0.2, NOW).firstTierOnly());
    assertFalse(deadline.priority(PATIENT, 0.2, NOW.plus(Duration.ofMinutes(8))).firstTierOnly());
    assertFalse(deadline.priority(HASTY, 0.2, NOW).firstTierOnly());
    assertFalse(deadline.priority(Route.to(FIRST), 0.2, NOW).firstTierOnly());
  }

  @Test
  void asksAgainWhenFurtherTiersMayBeUsedAndWhenItIsOver() {
    Duration hour = Duration.ofHours(1);

    assertEquals(8 * 60_000 + 1, deadline.cut(hour, PATIENT, NOW).toMillis());
    assertEquals(10 * 60_000 + 1, deadline.cut(hour, HASTY, NOW).toMillis());
    assertEquals(60_001, deadline.cut(hour, PATIENT, NOW.plus(Duration.ofMinutes(9))).toMillis());
    assertEquals(1_000, deadline.cut(Duration.ofSeconds(1), PATIENT, NOW).toMillis());
  }

  @Test
  void givesUpInTheEnd() {
    assertFalse(deadline.isPast(NOW));
    assertTrue(deadline.isPast(NOW.plusSeconds(86_400)));
  }

  @Test
  void hasTheEndOfItsPatienceAsADeadlineWhereItSaysNone() {
    Deadline none = new Deadline(NOW.plus(Duration.ofMinutes(3)), null);

    assertTrue(none.priority(PATIENT, 0.2, NOW).firstTierOnly());
    assertFalse(none.priority(PATIENT, 0.2, NOW.plusSeconds(61)).firstTierOnly());
  }
}
