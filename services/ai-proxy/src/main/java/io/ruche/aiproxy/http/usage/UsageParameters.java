package io.ruche.aiproxy.http.usage;

import io.ruche.aiproxy.ledger.report.Dimension;
import io.ruche.aiproxy.ledger.report.UsageQuery;
import io.ruche.auth.ApiKey;
import io.ruche.auth.Scope;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a report that are as the contract says, and holds them to the key. */
final class UsageParameters {

  private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

  private final String operator;
  private final Clock clock;

  UsageParameters(String operator, Clock clock) {
    this.operator = operator;
    this.clock = clock;
  }

  /**
   * @throws Failure 422 for values that mean nothing, 403 for the usage of others
   */
  UsageQuery read(MultiMap parameters, ApiKey key) {
    ZoneId zone = zone(parameters.get("zone"));
    LocalDate to = day("to", parameters.get("to"), LocalDate.now(clock.withZone(zone)));
    LocalDate from = day("from", parameters.get("from"), to.withDayOfMonth(1));
    Set<Dimension> group = EnumSet.noneOf(Dimension.class);
    for (String list : parameters.getAll("group")) {
      for (String word : list.split(",", -1)) {
        group.add(Dimension.valueOf(word.toUpperCase(Locale.ROOT)));
      }
    }
    boolean admin = key.allows(Scope.ADMIN);
    boolean everywhere = admin && key.tenant().equals(operator);
    String tenant = parameters.get("tenant");
    String name = parameters.get("key");
    if (!everywhere) {
      tenant = own("tenant", tenant, key.tenant(), "an admin key of the tenant '" + operator + "'");
    }
    if (!admin) {
      name = own("key", name, key.name(), "a key with the scope 'admin'");
    }
    try {
      return new UsageQuery(from, to, zone, group, tenant, name, parameters.get("model"));
    } catch (IllegalArgumentException wrong) {
      throw flaw("to", String.valueOf(wrong.getMessage()));
    }
  }

  private static String own(String name, @Nullable String asked, String own, String needed) {
    if (asked == null || asked.equals(own)) {
      return own;
    }
    throw Failure.forbidden(
        "This key sees the usage of " + name + " '" + own + "' only; others need " + needed + ".");
  }

  private static ZoneId zone(@Nullable String name) {
    if (name == null || name.equals("UTC")) {
      return ZoneId.of("UTC");
    }
    // Only names of places: what else Java takes, such as UTC+2, PostgreSQL reads the other way.
    if (name.indexOf('/') < 0 || !ZONES.contains(name)) {
      throw flaw("zone", "is no time zone; expected UTC or a name such as Europe/Paris");
    }
    return ZoneId.of(name);
  }

  private static LocalDate day(String name, @Nullable String text, LocalDate otherwise) {
    try {
      return text == null ? otherwise : LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw flaw(name, "is no day of the calendar; expected one such as 2026-11-30");
    }
  }

  private static Failure flaw(String parameter, String detail) {
    String where = "query " + parameter;
    return Failure.unprocessable(where + " " + detail, List.of(new Failure.Flaw(where, detail)));
  }
}
