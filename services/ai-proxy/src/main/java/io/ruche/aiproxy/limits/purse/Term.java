package io.ruche.aiproxy.limits.purse;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;

/**
 * A calendar day or month.
 *
 * @param name {@code 2026-11-21} or {@code 2026-11}: later terms of a kind sort after earlier ones
 * @param end the first moment that does not belong to it
 */
public record Term(String name, Instant start, Instant end) {

  /** The day in which a moment lies. */
  public static Term day(Instant moment, ZoneId zone) {
    LocalDate day = LocalDate.ofInstant(moment, zone);
    return new Term(day.toString(), begin(day, zone), begin(day.plusDays(1), zone));
  }

  /** The month in which a moment lies. */
  public static Term month(Instant moment, ZoneId zone) {
    YearMonth month = YearMonth.from(LocalDate.ofInstant(moment, zone));
    return new Term(
        month.toString(), begin(month.atDay(1), zone), begin(month.plusMonths(1).atDay(1), zone));
  }

  /** The term of the same kind and zone with that name. */
  Term named(String other, ZoneId zone) {
    return name.length() == other.length() && name.length() > 7
        ? day(begin(LocalDate.parse(other), zone), zone)
        : month(begin(YearMonth.parse(other).atDay(1), zone), zone);
  }

  long startMillis() {
    return start.toEpochMilli();
  }

  private static Instant begin(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }
}
