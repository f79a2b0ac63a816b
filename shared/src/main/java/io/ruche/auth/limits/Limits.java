package io.ruche.auth.limits;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a key, or a tenant with all its keys, may use; null is no limit. N a minute or a day is a
 * bucket of N, refilled evenly; money is counted by calendar day and month.
 *
 * <p>A record may hold values out of range, of which {@link #flaws} tells: whoever takes limits in
 * asks for them.
 *
 * @param rpm requests a minute
 * @param rpd requests a day
 * @param tpm tokens a minute, in and out together
 * @param tpd tokens a day
 * @param concurrent requests at the same time
 * @param usdPerDay nano-dollars a calendar day
 * @param usdPerMonth nano-dollars a calendar month
 */
public record Limits(
    @Nullable Integer rpm,
    @Nullable Long rpd,
    @Nullable Long tpm,
    @Nullable Long tpd,
    @Nullable Integer concurrent,
    @Nullable Long usdPerDay,
    @Nullable Long usdPerMonth) {

  /** Nothing is limited. */
  public static final Limits NONE = new Limits(null, null, null, null, null, null, null);

  /** The largest rpm: past it a limit per minute limits nothing here. */
  public static final int MOST_RPM = 1_000_000;

  private static final long MOST_RPD = 1_000_000_000L;
  private static final long MOST_TPM = 1_000_000_000L;
  private static final long MOST_TPD = 1_000_000_000_000L;
  private static final int MOST_CONCURRENT = 100_000;

  /** A million dollars: nano-dollars up to there are exact in a double, as Redis computes. */
  private static final long MOST_USD = 1_000_000 * Dollars.NANOS;

  /** A limit of requests a minute alone. */
  public static Limits ofRpm(int rpm) {
    return new Limits(rpm, null, null, null, null, null, null);
  }

  /** Whether nothing is limited. */
  public boolean none() {
    return equals(NONE);
  }

  /** Whether there is a budget. */
  public boolean holdsMoney() {
    return usdPerDay != null || usdPerMonth != null;
  }

  /** What is out of range, each with what would be right; empty when all is well. */
  public List<String> flaws() {
    List<String> flaws = new ArrayList<>();
    check(flaws, "rpm", rpm, MOST_RPM);
    check(flaws, "rpd", rpd, MOST_RPD);
    check(flaws, "tpm", tpm, MOST_TPM);
    check(flaws, "tpd", tpd, MOST_TPD);
    check(flaws, "concurrent", concurrent, MOST_CONCURRENT);
    checkMoney(flaws, "a day", usdPerDay);
    checkMoney(flaws, "a month", usdPerMonth);
    return List.copyOf(flaws);
  }

  private static void check(List<String> flaws, String name, @Nullable Number value, long most) {
    if (value != null && (value.longValue() < 1 || value.longValue() > most)) {
      flaws.add(name + " " + value + " must be between 1 and " + most);
    }
  }

  private static void checkMoney(List<String> flaws, String period, @Nullable Long nanos) {
    if (nanos != null && (nanos < 1 || nanos > MOST_USD)) {
      flaws.add(
          "the budget of "
              + Dollars.shown(nanos)
              + " USD "
              + period
              + " must be more than 0 and at most "
              + Dollars.shown(MOST_USD));
    }
  }

  /** The limits there are, by the names that the database and JSON have for them. */
  public Map<String, Long> byName() {
    Map<String, Long> named = new LinkedHashMap<>();
    put(named, "rpm", rpm);
    put(named, "rpd", rpd);
    put(named, "tpm", tpm);
    put(named, "tpd", tpd);
    put(named, "concurrent", concurrent);
    put(named, "nano_usd_per_day", usdPerDay);
    put(named, "nano_usd_per_month", usdPerMonth);
    return named;
  }

  private static void put(Map<String, Long> named, String name, @Nullable Number value) {
    if (value != null) {
      named.put(name, value.longValue());
    }
  }

  /** Reads what {@link #byName} gave; names it does not know are nothing here. */
  public static Limits of(Function<String, @Nullable Number> named) {
    return new Limits(
        whole(named.apply("rpm")),
        large(named.apply("rpd")),
        large(named.apply("tpm")),
        large(named.apply("tpd")),
        whole(named.apply("concurrent")),
        large(named.apply("nano_usd_per_day")),
        large(named.apply("nano_usd_per_month")));
  }

  private static @Nullable Integer whole(@Nullable Number value) {
    return value == null ? null : (Integer) value.intValue();
  }

  private static @Nullable Long large(@Nullable Number value) {
    return value == null ? null : (Long) value.longValue();
  }
}
