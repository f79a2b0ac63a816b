package io.ruche.aiproxy.ledger.report;

import java.util.Locale;

/** What sums are told apart by. */
public enum Dimension {
  DAY,
  TENANT,
  KEY,
  MODEL;

  /** As queries and reports spell it: {@code day}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
