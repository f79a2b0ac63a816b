package io.ruche.aiproxy.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.routing.Outlook;
import io.ruche.aiproxy.routing.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LineTest {

  private static final Duration PACE = Duration.ofSeconds(2);
  private static final Outlook ROOM = new Outlook(Duration.ZERO, PACE, false, "");
  private static final Outlook FULL = new Outlook(Duration.ofSeconds(1), PACE, false, "");

  private final AtomicLong now = new AtomicLong(-5_000);
  private final Line line = new Lines(now::get).of("m", new Priority(0.2, false));
  private Outlook outlook = FULL;

  private @Nullable Duration ask(String tenant, String job) {
    return line.ask(tenant, job, 10, (requests, tokens) -> outlook);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void givesPlacesAtThePaceAtWhichThereWillBeRoom() {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waits.add(assertNotNullMillis(ask("t", "job" + i)));
    }

    assertEquals(List.of(2_000L, 4_000L, 6_000L, 8_000L, 10_000L), waits);
  }

  private static long assertNotNullMillis(@Nullable Duration wait) {
    assertNotNull(wait);
    return wait.toMillis();
  }

  @Test
  void letsNobodyPastThoseThatHaveAPlace() {
    ask("t", "first");
    outlook = ROOM;

    assertNotNull(ask("t", "second"));
    pass(Duration.ofSeconds(2));
    assertNull(ask("t", "first"));
  }

  @Test
  void givesTenantsEqualSharesHoweverMuchEachHasQueued() {
    for (int i = 0; i < 200; i++) {
      ask("many", "job" + i);
    }

    long first = assertNotNullMillis(ask("few", "job"));
    long next = assertNotNullMillis(ask("few", "job2"));

    assertTrue(first <= 4_000, first + " ms");
    assertEquals(4_000, next - first);
  }

  @Test
  void keepsTheOrderOfThoseWhoseTurnCameAndFoundNoRoom() {
    ask("t", "a");
    ask("t", "b");
    pass(Duration.ofSeconds(2));
    long again = assertNotNullMillis(ask("t", "a"));
    pass(Duration.ofSeconds(2));
    long behind = 2_000 + assertNotNullMillis(ask("t", "b"));

    assertTrue(again < behind, again + " " + behind);
    assertTrue(behind <= 4_000, behind + " ms");
  }

  @Test
  void spreadsThousandsAndKeepsNoneLongerThanTenMinutes() {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      waits.add(assertNotNullMillis(ask("t", "job" + i)));
    }

    Collections.sort(waits);
    assertTrue(waits.get(4_999) <= 600_000, waits.get(4_999) + " ms");
    for (int i = 0; i + 200 < waits.size(); i++) {
      assertTrue(waits.get(i + 200) - waits.get(i) > 1_000, "200 within a second");
    }
  }

  @Test
  void triesAloneAfterAFailureAndLetsTheOthersFollowASuccess() {
    outlook = ROOM;
    assertNull(ask("t", "a"));
    line.sent(10);
    line.failed(null);
    assertNotNull(ask("t", "b"));
    pass(Duration.ofSeconds(30));

    assertNull(ask("u", "c"));
    assertNotNull(ask("u", "d"));
    line.sent(10);
    line.succeeded();
    pass(Duration.ofSeconds(30));

    assertNull(ask("u", "d"));
    assertNull(ask("u", "e"));
  }

  @Test
  void keepsToWhatTheProviderAsksFor() {
    line.failed(Duration.ofMinutes(5));
    outlook = ROOM;

    assertTrue(assertNotNullMillis(ask("t", "a")) >= 300_000);
  }

  @Test
  void countsThoseThatAreAboutToBeSent() {
    List<Long> requests = new ArrayList<>();
    outlook = ROOM;
    for (int i = 0; i < 3; i++) {
      line.ask(
          "t",
          "job" + i,
          10,
          (together, tokens) -> {
            requests.add(together * 1_000 + tokens);
            return ROOM;
          });
    }

    assertEquals(List.of(1_010L, 2_020L, 3_030L), requests);
  }

  @Test
  void oneProbeGoesWhileTheProviderIsDown() {
    outlook = new Outlook(Duration.ZERO, Duration.ZERO, true, "");

    assertNull(ask("t", "a"));
    assertNotNull(ask("t", "b"));
  }
}
