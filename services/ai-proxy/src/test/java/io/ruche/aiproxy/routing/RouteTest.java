package io.ruche.aiproxy.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.routing.retry.Retries;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RouteTest {

  private final Random random = new Random(1);
  private final Target a = target("a", 1);
  private final Target b = target("b", 3);
  private final Target c = target("c", 6);
  private final Target d = target("d", 1);

  @Test
  void triesTheTiersInTheirOrder() {
    Route route = new Route(List.of(List.of(a), List.of(b), List.of(c)));

    assertEquals(List.of(a, b, c), route.order(random));
    assertSame(route.order(random), route.order(random));
  }

  @Test
  void triesAllOfATierBeforeTheNext() {
    Route route = new Route(List.of(List.of(a, b, c), List.of(d)));

    for (int i = 0; i < 100; i++) {
      List<Target> order = route.order(random);
      assertEquals(Set.of(a, b, c), Set.copyOf(order.subList(0, 3)));
      assertEquals(d, order.get(3));
    }
  }

  @Test
  void startsWithATargetAsOftenAsItsWeightSays() {
    Route route = new Route(List.of(List.of(a, b, c)));
    int[] first = new int[3];

    for (int i = 0; i < 100_000; i++) {
      first[List.of(a, b, c).indexOf(route.order(random).get(0))]++;
    }

    assertEquals(10_000, first[0], 500);
    assertEquals(30_000, first[1], 900);
    assertEquals(60_000, first[2], 1_200);
  }

  @Test
  void waitsLongerAtEachRetryAndNeverTheSame() {
    Retries retries =
        new Retries(5, java.time.Duration.ofMillis(200), java.time.Duration.ofSeconds(1));

    for (int retry = 1; retry <= 5; retry++) {
      long full = Math.min(200L << (retry - 1), 1_000);
      long wait = retries.wait(retry, random).toMillis();
      assertTrue(wait >= full / 2 && wait <= full, retry + ": " + wait);
    }
  }

  private static Target target(String name, int weight) {
    return new Target(TestProviders.named(name), "m", weight);
  }
}
