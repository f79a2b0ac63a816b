package io.ruche.standalone.cli;

import io.ruche.auth.limits.Dollars;
import io.ruche.auth.limits.Limits;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The limits of a key as the command line takes and shows them. */
final class LimitOptions {

  private static final String NONE = "none";

  @Option(names = "--rpm", paramLabel = "N", description = "Requests a minute.")
  private @Nullable String rpm;

  @Option(names = "--rpd", paramLabel = "N", description = "Requests a day.")
  private @Nullable String rpd;

  @Option(names = "--tpm", paramLabel = "N", description = "Tokens a minute, in and out.")
  private @Nullable String tpm;

  @Option(names = "--tpd", paramLabel = "N", description = "Tokens a day, in and out.")
  private @Nullable String tpd;

  @Option(names = "--concurrent", paramLabel = "N", description = "Requests at the same time.")
  private @Nullable String concurrent;

  @Option(names = "--budget-usd", paramLabel = "USD", description = "Dollars a calendar month.")
  private @Nullable String usdPerMonth;

  @Option(names = "--budget-usd-day", paramLabel = "USD", description = "Dollars a calendar day.")
  private @Nullable String usdPerDay;

  /**
   * Fails when no limit was named.
   *
   * @throws CliFailure lists the limits there are
   */
  void requireSome() {
    if (Stream.of(rpm, rpd, tpm, tpd, concurrent, usdPerMonth, usdPerDay)
        .allMatch(Objects::isNull)) {
      throw CliFailure.usage(
          "Name a limit to change: --rpm, --rpd, --tpm, --tpd, --concurrent, --budget-usd,"
              + " --budget-usd-day, --max-input-tokens or --max-output-tokens, each with a number,"
              + " or --models or --deny-models with patterns; 'none' takes one away.");
    }
  }

  /**
   * The present limits with those that were named in their place.
   *
   * @throws CliFailure tells everything that is wrong at once
   */
  Limits over(Limits present) {
    List<String> wrong = new ArrayList<>();
    Limits changed =
        new Limits(
            whole(wrong, "--rpm", rpm, present.rpm()),
            large(wrong, "--rpd", rpd, present.rpd()),
            large(wrong, "--tpm", tpm, present.tpm()),
            large(wrong, "--tpd", tpd, present.tpd()),
            whole(wrong, "--concurrent", concurrent, present.concurrent()),
            money(wrong, "--budget-usd-day", usdPerDay, present.usdPerDay()),
            money(wrong, "--budget-usd", usdPerMonth, present.usdPerMonth()));
    wrong.addAll(changed.flaws());
    if (!wrong.isEmpty()) {
      throw CliFailure.usage(String.join(System.lineSeparator(), wrong));
    }
    return changed;
  }

  private static @Nullable Integer whole(
      List<String> wrong, String option, @Nullable String text, @Nullable Integer present) {
    Long value = large(wrong, option, text, present == null ? null : (Long) present.longValue());
    // What does not fit is out of range in any case, and is told as the largest there is.
    return value == null ? null : (Integer) (int) Math.min(value, Integer.MAX_VALUE);
  }

  private static @Nullable Long large(
      List<String> wrong, String option, @Nullable String text, @Nullable Long present) {
    if (text == null || text.equals(NONE)) {
      return text == null ? present : null;
    }
    if (!text.matches("\\d{1,18}")) {
      wrong.add(option + " must be a whole number such as 60, or none, not '" + text + "'");
      return present;
    }
    return Long.valueOf(text);
  }

  private static @Nullable Long money(
      List<String> wrong, String option, @Nullable String text, @Nullable Long present) {
    if (text == null || text.equals(NONE)) {
      return text == null ? present : null;
    }
    if (!text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
      wrong.add(option + " must be dollars such as 5 or 0.25, or none, not '" + text + "'");
      return present;
    }
    return Dollars.nanos(new BigDecimal(text));
  }

  /** In one cell: {@code 60 rpm, 5 usd/month}; {@code -} for no limit. */
  static String shown(Limits limits) {
    List<String> shown = new ArrayList<>();
    add(shown, limits.rpm(), " rpm");
    add(shown, limits.rpd(), " rpd");
    add(shown, limits.tpm(), " tpm");
    add(shown, limits.tpd(), " tpd");
    add(shown, limits.concurrent(), " concurrent");
    add(shown, dollars(limits.usdPerDay()), " usd/day");
    add(shown, dollars(limits.usdPerMonth()), " usd/month");
    return shown.isEmpty() ? "-" : String.join(", ", shown);
  }

  private static void add(List<String> shown, @Nullable Object value, String unit) {
    if (value != null) {
      shown.add((value instanceof BigDecimal money ? money.toPlainString() : value) + unit);
    }
  }

  /** All limits by the names that options and settings have, money in dollars; null is none. */
  static JsonObject toJson(Limits limits) {
    return new JsonObject()
        .put("rpm", limits.rpm())
        .put("rpd", limits.rpd())
        .put("tpm", limits.tpm())
        .put("tpd", limits.tpd())
        .put("concurrent", limits.concurrent())
        .put("usd_per_day", dollars(limits.usdPerDay()))
        .put("usd_per_month", dollars(limits.usdPerMonth()));
  }

  private static @Nullable BigDecimal dollars(@Nullable Long nanos) {
    return nanos == null ? null : new BigDecimal(Dollars.shown(nanos));
  }
}
