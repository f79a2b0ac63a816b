package io.ruche.aiproxy.limits.purse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BucketTest {

  private static final long SECOND = 1_000_000_000L;

  private final Bucket tokens = new Bucket("tpm", 6_000, Duration.ofMinutes(1));
  private long now = 5 * SECOND;

  @Test
  void asksForWhatIsMissingAndNoMoreWhileItIsNotBusy() {
    tokens.ask(100);
    tokens.ask(250);

    Draw draw = draw();

    assertEquals(100, draw.unit());
    assertEquals(350, draw.least());
    assertEquals(350, draw.want());
    assertEquals("0", draw.rest().get(1));
  }

  @Test
  void drawsAheadWhatWasUsedLatelyOnceItIsBusy() {
    grant(1_000);
    for (int i = 0; i < 10; i++) {
      tokens.take(50);
      tick(20);
    }
    tokens.settle(tokens.spare, 0, 0);

    tokens.take(tokens.spare);
    Draw draw = draw();

    assertEquals(0, draw.least());
    assertEquals(1, draw.unit());
    assertTrue(draw.want() > 100, draw.toString());
  }

  @Test
  void givesBackWhatLayUnusedAndForgetsIt() {
    grant(1_000);
    tokens.take(400);

    for (int i = 0; i < 12 && tokens.spare > 0; i++) {
      tick(0);
      now += SECOND / 20;
      Draw draw = tokens.draw(now);
      if (draw != null) {
        assertEquals("-600", draw.rest().get(1));
        answer(0, 5_600);
      }
    }

    assertEquals(0, tokens.spare);
    assertTrue(tokens.quiet());
    assertNull(tokens.draw(now + 5 * SECOND));
  }

  @Test
  void paysDebtsFromTheSpareAndTellsTheRest() {
    grant(300);
    tokens.take(200);

    tokens.settle(200, 1_000, 0);
    now += SECOND;

    assertEquals(0, tokens.spare);
    assertEquals("700", draw().rest().get(1));
    // Nobody knows whether Redis has heard of it: rather twice than not at all.
    tokens.fail();
    now += SECOND;
    assertEquals("700", draw().rest().get(1));
    answer(0, -700);
    assertFalse(tokens.covers(1));
    assertEquals(7 * SECOND, tokens.waitFor(0, now));
  }

  @Test
  void paysDebtsFromWhatLaterRequestsLeaveOver() {
    grant(100);
    tokens.take(100);
    tokens.settle(50, 80, 0);

    tokens.settle(50, 10, 0);

    assertEquals(10, tokens.spare);
    assertFalse(tokens.owes());
  }

  @Test
  void losesWhatItGaveBackWhereThereWasNoAnswer() {
    grant(100);
    tokens.relimit(5_000);
    assertEquals("-100", draw().rest().get(1));

    tokens.fail();

    now += SECOND;
    assertNull(tokens.draw(now));
  }

  @Test
  void refusesWithoutAskingWhatRedisHadNotAMomentAgo() {
    tokens.ask(500);
    draw();
    answer(0, 499);

    assertTrue(tokens.hopeless(500, now));
    assertEquals(10_000_000, tokens.waitFor(500, now));
    assertFalse(tokens.hopeless(500, now + 10_000_000), "a token has been refilled");
    assertFalse(tokens.hopeless(5_000, now + SECOND), "others may have given back");
  }

  @Test
  void tellsTheRefillBetweenTwoAnswers() {
    grant(0, 3_000);

    assertEquals(3_000, tokens.remaining(now));
    assertEquals(3_100, tokens.remaining(now + SECOND));
    assertEquals(30 * SECOND, tokens.reset(now));
    assertEquals(6_000, tokens.remaining(now + 90 * SECOND));
  }

  @Test
  void borrowsFromItsPartWhileRedisIsAwayAndOwesIt() {
    grant(0, 3_000);

    assertTrue(tokens.borrow(900, 3, now));
    tokens.take(900);
    assertTrue(tokens.borrow(100, 3, now));
    tokens.take(100);
    assertFalse(tokens.borrow(1, 3, now), "a third of what was left is used");
    assertEquals(SECOND / 100 * 3, tokens.waitFor(1, now));
    now += 3 * SECOND;
    assertTrue(tokens.borrow(100, 3, now), "a third of the refill");
    assertFalse(tokens.borrow(101, 3, now));

    assertEquals("1100", draw().rest().get(1));
    tokens.fail();
    assertFalse(tokens.borrow(101, 3, now), "a call in vain fills no part again");
    now += SECOND;
    draw();
    answer(0, 2_200);
    assertEquals(2_300, tokens.remaining(now));
  }

  @Test
  void sharesASmallLimitAsOneRequestAtATime() {
    Bucket requests = new Bucket("rpm", 1, Duration.ofMinutes(1));

    assertTrue(requests.borrow(1, 3, now));
    requests.take(1);
    assertFalse(requests.borrow(1, 3, now + 179 * SECOND));
    assertTrue(requests.borrow(1, 3, now + 181 * SECOND));
  }

  private Draw draw() {
    Draw draw = tokens.draw(now);
    assertNotNull(draw);
    return draw;
  }

  private void grant(long amount) {
    grant(amount, (double) (6_000 - amount));
  }

  private void grant(long amount, double left) {
    tokens.ask(Math.max(1, amount));
    draw();
    answer(amount, left);
  }

  private void answer(long granted, double left) {
    tokens.answer(new Drawn(Drawn.State.OK, granted, left, 0, 0, ""), now);
  }

  private void tick(double rate) {
    tokens.tick(rate);
  }
}
