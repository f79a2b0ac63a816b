package io.ruche.aiproxy.routing.circuit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.routing.circuit.Circuit.Permit;
import io.ruche.aiproxy.routing.circuit.CircuitListener.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CircuitTest {

  private static final CircuitRules RULES =
      new CircuitRules(
          5, Duration.ofSeconds(10), 20, 0.5, Duration.ofSeconds(1), Duration.ofSeconds(5));

  private final AtomicLong nanos = new AtomicLong(-7);
  private final List<Change> changes = new ArrayList<>();
  private final Circuit circuit = new Circuit("p", "m", () -> RULES, nanos::get, changes::add);

  @Test
  void opensAfterFailuresInARow() {
    fail(4);
    assertFalse(circuit.isOpen());

    fail(1);

    assertTrue(circuit.isOpen());
    assertEquals(Permit.REFUSED, circuit.acquire());
    assertEquals(List.of(new Change("p", "m", true, "away")), changes);
  }

  @Test
  void staysClosedWhenASuccessComesBetween() {
    for (int i = 0; i < 3; i++) {
      fail(4);
      circuit.succeeded(Permit.GIVEN);
    }

    assertFalse(circuit.isOpen());
  }

  @Test
  void opensWhenHalfOfManyFailWithinTheWindow() {
    for (int i = 0; i < 9; i++) {
      circuit.succeeded(Permit.GIVEN);
      fail(1);
    }
    circuit.succeeded(Permit.GIVEN);
    assertFalse(circuit.isOpen());

    fail(1);

    assertTrue(circuit.isOpen());
  }

  @Test
  void forgetsWhatIsOlderThanTheWindow() {
    for (int i = 0; i < 9; i++) {
      circuit.succeeded(Permit.GIVEN);
      fail(1);
    }
    pass(Duration.ofSeconds(11));
    circuit.succeeded(Permit.GIVEN);

    fail(1);

    assertFalse(circuit.isOpen());
  }

  @Test
  void letsOneProbeThroughAndClosesWhenItSucceeds() {
    fail(5);
    pass(Duration.ofMillis(999));
    assertEquals(Permit.REFUSED, circuit.acquire());
    pass(Duration.ofMillis(1));

    assertEquals(Permit.PROBE, circuit.acquire());
    assertEquals(Permit.REFUSED, circuit.acquire());
    circuit.succeeded(Permit.PROBE);

    assertEquals(Permit.GIVEN, circuit.acquire());
    assertEquals(new Change("p", "m", false, ""), changes.get(1));
  }

  @Test
  void waitsTwiceAsLongAfterEachProbeThatFailsUpToABound() {
    fail(5);

    for (int seconds : new int[] {1, 2, 4, 5, 5}) {
      pass(Duration.ofSeconds(seconds).minusNanos(1));
      assertEquals(Permit.REFUSED, circuit.acquire());
      pass(Duration.ofNanos(1));
      assertEquals(Permit.PROBE, circuit.acquire());
      circuit.failed(Permit.PROBE, "still away");
    }

    assertEquals(1, changes.size());
  }

  @Test
  void beginsWithTheShortWaitAgainAfterItWasClosed() {
    fail(5);
    pass(Duration.ofSeconds(1));
    circuit.acquire();
    circuit.failed(Permit.PROBE, "away");
    pass(Duration.ofSeconds(2));
    circuit.acquire();
    circuit.succeeded(Permit.PROBE);

    fail(5);

    assertEquals(Duration.ofSeconds(1), circuit.untilProbe());
  }

  @Test
  void ignoresWhatWasSentBeforeItOpened() {
    fail(5);
    circuit.succeeded(Permit.GIVEN);
    circuit.failed(Permit.GIVEN, "away");

    assertTrue(circuit.isOpen());
    assertEquals(Duration.ofSeconds(1), circuit.untilProbe());
  }

  @Test
  void givesTheProbeToTheNextWhenItsClientLeaves() {
    fail(5);
    pass(Duration.ofSeconds(1));
    assertEquals(Permit.PROBE, circuit.acquire());

    circuit.released(Permit.PROBE);

    assertEquals(Permit.PROBE, circuit.acquire());
  }

  @Test
  void doesNotWaitForEverForAProbe() {
    fail(5);
    pass(Duration.ofSeconds(1));
    circuit.acquire();

    pass(Duration.ofSeconds(5));

    assertEquals(Permit.PROBE, circuit.acquire());
  }

  @Test
  void keepsTheLastFailuresWordsWhileItIsOpen() {
    circuit.failed(Permit.GIVEN, "away");
    assertEquals("", circuit.cause());
    fail(4);
    pass(Duration.ofSeconds(1));
    assertEquals("away", circuit.cause());
    assertEquals(Permit.PROBE, circuit.acquire());
    assertTrue(circuit.isProbing());

    circuit.failed(Permit.PROBE, "x".repeat(1_000));
    assertEquals(300, circuit.cause().length());
    pass(Duration.ofSeconds(2));
    circuit.acquire();
    circuit.succeeded(Permit.PROBE);

    assertEquals("", circuit.cause());
    assertFalse(circuit.isProbing());
  }

  @Test
  void tellsHowLongAgoItWasWell() {
    fail(2);
    assertNull(circuit.sinceWell());

    circuit.succeeded(Permit.GIVEN);
    pass(Duration.ofSeconds(3));
    fail(5);

    assertEquals(Duration.ofSeconds(3), circuit.sinceWell());
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      circuit.failed(Permit.GIVEN, "away");
    }
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
