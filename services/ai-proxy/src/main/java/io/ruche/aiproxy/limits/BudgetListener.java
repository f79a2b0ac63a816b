package io.ruche.aiproxy.limits;

import java.time.Instant;

/** Hears of budgets that come to their end: once for each, term and limit. */
@FunctionalInterface
public interface BudgetListener {

  /**
   * What has happened to a budget.
   *
   * @param measure {@link Measure#USD_PER_DAY} or {@link Measure#USD_PER_MONTH}
   * @param term the day or month, {@code 2026-11-21} or {@code 2026-11}
   * @param ends when the term ends and the budget begins anew
   * @param limit nano-dollars
   * @param spent nano-dollars, what is reserved not included
   */
  record Notice(
      Kind kind, Owner owner, Measure measure, String term, Instant ends, long limit, long spent) {}

  /** How far it has come. */
  enum Kind {
    /** Four fifths are spent: event {@code budget-warning}. */
    WARNING,
    /** It is spent, or cannot pay for a request that came: event {@code budget-exceeded}. */
    EXCEEDED
  }

  /** Called on an event loop; must not block. */
  void tell(Notice notice);
}
