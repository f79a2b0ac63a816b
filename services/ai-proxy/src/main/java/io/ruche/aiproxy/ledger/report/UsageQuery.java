package io.ruche.aiproxy.ledger.report;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests to sum, and how.
 *
 * @param from the first day
 * @param to the last day, included
 * @param zone whose days they are
 * @param group what to tell apart; none for one sum
 * @param tenant only this one; null for all
 * @param key only this one; null for all
 * @param model only this one, as clients asked for it; null for all
 */
public record UsageQuery(
    LocalDate from,
    LocalDate to,
    ZoneId zone,
    Set<Dimension> group,
    @Nullable String tenant,
    @Nullable String key,
    @Nullable String model) {

  /** The longest range, in days. */
  public static final int MOST_DAYS = 400;

  /** Rejects ranges that end before they begin or are too long. */
  public UsageQuery {
    EnumSet<Dimension> ordered = EnumSet.noneOf(Dimension.class);
    ordered.addAll(group);
    group = Collections.unmodifiableSet(ordered);
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("is before from, which is " + from);
    }
    long days = ChronoUnit.DAYS.between(from, to) + 1;
    if (days > MOST_DAYS) {
      throw new IllegalArgumentException(
          "makes a range of " + days + " days; at most " + MOST_DAYS + " can be asked for at once");
    }
  }

  /** The first moment of the range. */
  public Instant begins() {
    return from.atStartOfDay(zone).toInstant();
  }

  /** The first moment after the range. */
  public Instant ends() {
    return to.plusDays(1).atStartOfDay(zone).toInstant();
  }
}
