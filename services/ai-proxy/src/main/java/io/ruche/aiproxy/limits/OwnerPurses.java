package io.ruche.aiproxy.limits;

import io.ruche.aiproxy.limits.purse.Bucket;
import io.ruche.aiproxy.limits.purse.Money;
import io.ruche.aiproxy.limits.purse.Purse;
import io.ruche.aiproxy.limits.purse.Slots;
import io.ruche.aiproxy.limits.purse.Term;
import io.ruche.auth.limits.Limits;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The purses of one key or tenant. Used under the lock of the tenant. */
final class OwnerPurses {

  private static final Measure[] MEASURES = Measure.values();

  /** Unused for this many ticks, two seconds, it is not looked at until the next request. */
  private static final int REST_TICKS = 40;

  /** Unused for this long, it is forgotten: ten minutes. */
  private static final long FORGOTTEN_NS = 600_000_000_000L;

  private final Owner owner;
  private final InstantSource clock;
  private final ZoneId zone;
  private final Map<Measure, Purse> purses = new EnumMap<>(Measure.class);

  /** Those with a limit. */
  private List<Metered> limited = List.of();

  private final List<Budget> budgets = new ArrayList<>(2);

  private Limits limits = Limits.NONE;
  private double rate;
  private int requests;
  private int idleTicks;
  private boolean active;
  private long restsSince;

  OwnerPurses(Owner owner, InstantSource clock, ZoneId zone) {
    this.owner = owner;
    this.clock = clock;
    this.zone = zone;
  }

  /** A purse and what it measures. */
  record Metered(Measure measure, Purse purse) {}

  /** A purse of money and what it measures. */
  record Budget(Measure measure, Money money) {}

  Owner owner() {
    return owner;
  }

  /** The purses that have a limit now. */
  List<Metered> limited() {
    return limited;
  }

  /** Takes the limits that hold now. */
  void limits(Limits now) {
    if (!now.equals(limits)) {
      List<Metered> with = new ArrayList<>();
      for (Measure measure : MEASURES) {
        Purse purse = purse(measure, measure.limit(now));
        if (purse != null && purse.limit() > 0) {
          with.add(new Metered(measure, purse));
        }
      }
      limited = List.copyOf(with);
      limits = now;
    }
  }

  private @Nullable Purse purse(Measure measure, long limit) {
    Purse purse = purses.get(measure);
    if (purse != null) {
      purse.relimit(limit);
    } else if (limit > 0) {
      purse = make(measure, limit);
      purses.put(measure, purse);
      if (purse instanceof Money money) {
        budgets.add(new Budget(measure, money));
      }
    }
    return purse;
  }

  private Purse make(Measure measure, long limit) {
    String whose = owner.key() == null ? "tenant" : "key:" + owner.key();
    String key = "{" + owner.tenant() + "}:ai:limit:" + whose + ":" + measure.word();
    return switch (measure) {
      case RPM, TPM -> new Bucket(key, limit, Duration.ofMinutes(1));
      case RPD, TPD -> new Bucket(key, limit, Duration.ofDays(1));
      case CONCURRENT -> new Slots(key, limit);
      case USD_PER_DAY -> new Money(key, limit, Term::day, clock, zone);
      case USD_PER_MONTH -> new Money(key, limit, Term::month, clock, zone);
    };
  }

  /** All purses, those without a limit any more included. */
  Collection<Purse> all() {
    return purses.values();
  }

  /** The budgets, those without a limit any more included. */
  List<Budget> budgets() {
    return budgets;
  }

  /** A request has come; answers whether it is the first after a quiet time. */
  boolean asked(long now) {
    requests++;
    if (active) {
      return false;
    }
    active = true;
    idleTicks = 0;
    turn(now);
    return true;
  }

  /** Fifty milliseconds have passed; answers whether it is in use. */
  boolean tick(long now) {
    rate = (rate + 2 * requests) / 2;
    idleTicks = requests > 0 ? 0 : idleTicks + 1;
    requests = 0;
    turn(now);
    boolean quiet = true;
    for (Purse purse : purses.values()) {
      purse.tick(rate);
      quiet &= purse.quiet();
    }
    active = !quiet || idleTicks < REST_TICKS;
    restsSince = now;
    return active;
  }

  /** Whether it has not been used for so long that it may be made anew. */
  boolean forgotten(long now) {
    return !active && now - restsSince > FORGOTTEN_NS;
  }

  private void turn(long now) {
    for (Budget budget : budgets) {
      budget.money().turn(now);
    }
  }

  /** The one nearest to its end of the two limits of requests, or of tokens; null for none. */
  @Nullable Standing standing(Measure minute, Measure day, long now) {
    return nearer(standing(minute, now), standing(day, now));
  }

  static @Nullable Standing nearer(@Nullable Standing one, @Nullable Standing other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return other.remaining() < one.remaining() ? other : one;
  }

  private @Nullable Standing standing(Measure measure, long now) {
    Purse purse = purses.get(measure);
    return purse == null || purse.limit() == 0
        ? null
        : new Standing(purse.limit(), purse.remaining(now), Duration.ofNanos(purse.reset(now)));
  }
}
