package io.ruche.aiproxy.limits.purse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.limits.purse.Drawn.State;
import io.ruche.aiproxy.limits.purse.Money.News;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MoneyTest {

  private static final long SECOND = 1_000_000_000L;
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

  private final AtomicReference<Instant> clock =
      new AtomicReference<>(Instant.parse("2026-10-31T22:59:00Z"));
  private final Money month = new Money("usd", 1_000, Term::month, clock::get, PARIS);
  private long now = 5 * SECOND;

  @Test
  void knowsDaysAndMonthsOfTheZone() {
    Term october = month.current();
    assertEquals("2026-10", october.name());
    assertEquals(Instant.parse("2026-09-30T22:00:00Z"), october.start());
    assertEquals(Instant.parse("2026-10-31T23:00:00Z"), october.end(), "summer time has ended");

    Term shortDay = Term.day(Instant.parse("2026-03-29T10:00:00Z"), PARIS);
    assertEquals("2026-03-29", shortDay.name());
    assertEquals(Instant.parse("2026-03-29T22:00:00Z"), shortDay.end());
    assertEquals("2026-03-30", shortDay.named("2026-03-30", PARIS).name());
    assertEquals("2026-11", october.named("2026-11", PARIS).name());
    assertEquals(60 * SECOND, month.reset(now));
  }

  @Test
  void saysWhatItHoldsAndHasSpentWholeEachTime() {
    grant(300, 700);
    month.take(300);
    month.settle(100, 40, 0);
    month.settle(100, 100, 0);
    now += SECOND;

    Draw.Position position = position();
    assertEquals(160, position.held());
    assertEquals(140, position.spent());
    assertEquals(0, position.told());
    month.fail();
    now += SECOND;
    assertEquals(position, position());
    answer(0, 700, 140);
    now += SECOND;
    assertEquals(140, position().told());
  }

  @Test
  void countsADebtAsSpentAndHoldsLess() {
    grant(100, 900);
    month.take(100);

    month.settle(100, 400, 0);
    now += SECOND;

    assertEquals(0, position().held());
    answer(0, 600, 400);
    assertFalse(month.covers(1));
    assertFalse(month.spent(600));
    assertTrue(month.spent(601));
  }

  @Test
  void beginsWithAnEmptyPurseWithEachMonth() {
    grant(300, 700);
    month.take(200);
    clock.set(Instant.parse("2026-10-31T23:00:00Z"));

    month.turn(now);
    month.settle(200, 200, 0);
    month.ask(10);

    assertEquals("2026-11", month.current().name());
    assertEquals(1, month.term());
    Draw.Position position = position();
    assertEquals("2026-11", position.term().name());
    assertEquals(0, position.held());
    assertEquals(0, position.spent());
  }

  @Test
  void followsTheTermThatRedisCountsForAWhile() {
    month.ask(10);
    draw();
    month.answer(new Drawn(State.OTHER, 0, 0, 0, 0, "2026-11"), now);

    month.turn(now + SECOND);
    assertEquals("2026-11", month.current().name());
    assertTrue(month.undecided());
    month.turn(now + 6 * SECOND);
    assertEquals("2026-10", month.current().name());
  }

  @Test
  void waitsForTheLedgerWhereRedisKnowsNothing() {
    month.ask(10);
    draw();
    month.answer(new Drawn(State.ABSENT, 0, 0, 0, 0, ""), now);

    assertTrue(month.undecided());
    assertTrue(month.askLedger(now));
    assertFalse(month.askLedger(now), "it is asked once");
    month.ask(10);
    assertNull(month.draw(now));
    month.ledgerSays(0, 400, now);
    month.ask(10);
    Draw.Position begin = position();
    assertEquals(Draw.How.BEGIN, begin.how());
    assertEquals(400, begin.ledger());
  }

  @Test
  void asksTheLedgerAgainAndKnowsNothingMeanwhile() {
    month.ask(10);
    draw();
    month.answer(new Drawn(State.ABSENT, 0, 0, 0, 0, ""), now);
    assertTrue(month.askLedger(now));

    month.ledgerFails(now);

    assertTrue(month.untold());
    assertFalse(month.borrow(1, 1, now), "what is left is not known");
    assertFalse(month.askLedger(now + SECOND / 2));
    assertTrue(month.askLedger(now + 2 * SECOND));
  }

  @Test
  void comparesTheLedgerOnceAllHaveToldWhatTheySpentUntilThen() {
    month.ask(10);
    draw();
    month.answer(new Drawn(State.OK, 10, 990, 0, 1, "2026-10"), now);
    assertTrue(month.askLedger(now));
    month.ledgerSays(0, 300, now);

    now += SECOND;
    assertEquals(Draw.How.GO_ON, position().how());
    answer(0, 990, 0);
    now += SECOND;
    assertEquals(Draw.How.LIFT, position().how());
    answer(0, 690, 300);
    now += SECOND;
    assertEquals(Draw.How.GO_ON, position().how());
  }

  @Test
  void tellsItsEndOnceForEachLimitAndTerm() {
    month.ask(10);
    draw();
    month.answer(new Drawn(State.OK, 0, 0, 800, 2, "2026-10"), now);
    assertEquals(News.WARNING, month.news());
    assertEquals(News.NONE, month.news());
    month.answer(new Drawn(State.OK, 0, 0, 1_000, 4, "2026-10"), now);
    assertEquals(News.EXCEEDED, month.news());

    month.answer(new Drawn(State.OK, 0, 0, 1_000, 4, "2026-10"), now);
    assertEquals(News.NONE, month.news(), "Redis has forgotten that it was told");
    month.relimit(2_000);
    month.answer(new Drawn(State.OK, 0, 0, 1_700, 2, "2026-10"), now);
    assertEquals(News.WARNING, month.news());
  }

  @Test
  void borrowsItsPartOfWhatWasLeft() {
    grant(100, 600);

    assertTrue(month.borrow(300, 3, now), "100 spare and 200 of 600");
    month.take(300);
    assertFalse(month.borrow(1, 3, now));
    now += SECOND;
    assertEquals(300, position().held());
  }

  private Draw draw() {
    Draw draw = month.draw(now);
    assertNotNull(draw);
    return draw;
  }

  private Draw.Position position() {
    draw();
    return month.told();
  }

  private void grant(long amount, double left) {
    month.ask(amount);
    draw();
    answer(amount, left, 0);
  }

  private void answer(long granted, double left, long spent) {
    month.answer(new Drawn(State.OK, granted, left, spent, 0, month.current().name()), now);
  }
}
