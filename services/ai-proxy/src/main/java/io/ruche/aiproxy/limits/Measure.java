package io.ruche.aiproxy.limits;

import io.ruche.auth.limits.Limits;

/** What is limited. */
public enum Measure {
  RPM("rpm", "requests a minute"),
  RPD("rpd", "requests a day"),
  TPM("tpm", "tokens a minute"),
  TPD("tpd", "tokens a day"),
  CONCURRENT("concurrent", "requests at the same time"),
  USD_PER_DAY("usd-per-day", "dollars a day"),
  USD_PER_MONTH("usd-per-month", "dollars a month");

  private final String word;
  private final String unit;

  Measure(String word, String unit) {
    this.word = word;
    this.unit = unit;
  }

  /** The limit as settings, events and metrics spell it: {@code rpm}. */
  public String word() {
    return word;
  }

  /** What it counts, in words. */
  public String unit() {
    return unit;
  }

  /** Whether it counts nano-dollars. */
  public boolean money() {
    return this == USD_PER_DAY || this == USD_PER_MONTH;
  }

  /** Whether it counts requests, over a time or at once. */
  public boolean requests() {
    return this == RPM || this == RPD || this == CONCURRENT;
  }

  /** How much of it a request takes. */
  public long of(Need need) {
    return switch (this) {
      case RPM, RPD, CONCURRENT -> need.requests();
      case TPM, TPD -> need.tokens();
      case USD_PER_DAY, USD_PER_MONTH -> need.costNanos();
    };
  }

  /** Its limit; 0 for none. */
  public long limit(Limits limits) {
    Number limit =
        switch (this) {
          case RPM -> limits.rpm();
          case RPD -> limits.rpd();
          case TPM -> limits.tpm();
          case TPD -> limits.tpd();
          case CONCURRENT -> limits.concurrent();
          case USD_PER_DAY -> limits.usdPerDay();
          case USD_PER_MONTH -> limits.usdPerMonth();
        };
    return limit == null ? 0 : limit.longValue();
  }
}
