package io.ruche.aiproxy.limits;

import io.ruche.aiproxy.limits.LimitsConfig.WhenAway;
import io.ruche.aiproxy.limits.OwnerPurses.Metered;
import io.ruche.aiproxy.limits.Reservation.Taken;
import io.ruche.aiproxy.limits.purse.Purse;
import io.ruche.auth.limits.Limits;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides for the requests of one tenant, on what this process holds. The lock is held for some
 * hundred nanoseconds and never across a wait; what needs Redis or the ledger goes by {@link
 * Errands}.
 */
final class TenantAccount {

  /** A request that has waited this long for Redis or the ledger is answered all the same. */
  private static final long LONGEST_WAIT_NS = 2_000_000_000L;

  private static final int MOST_WAITING = 20_000;

  /** Keys that are not used any more are looked for every minute. */
  private static final int SWEEP_TICKS = 1_200;

  private static final Duration TRY_AGAIN = Duration.ofSeconds(2);

  final ReentrantLock lock = new ReentrantLock();

  private final InstantSource clock;
  private final ZoneId zone;
  private final LongSupplier nanos;
  private final Surroundings around;
  private final OwnerPurses tenant;
  private final Map<String, OwnerPurses> keys = new HashMap<>();
  private final List<OwnerPurses> active = new ArrayList<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private int ticks;

  TenantAccount(String name, InstantSource clock, ZoneId zone, LongSupplier nanos, Surroundings a) {
    this.clock = clock;
    this.zone = zone;
    this.nanos = nanos;
    this.around = a;
    this.tenant = new OwnerPurses(new Owner(name, null), clock, zone);
  }

  /** What an account knows of the process around it. */
  interface Surroundings {

    /** Whether the hot Redis is away. */
    boolean away();

    LimitsConfig config();

    LimitsMetrics metrics();
  }

  /** A request that waits for Redis or the ledger. */
  record Waiting(OwnerPurses key, Need need, long since, Promise<Decision> answer) {}

  /** A decision with the one who waits for it. */
  record Answered(Promise<Decision> answer, Decision decision) {}

  Owner owner() {
    return tenant.owner();
  }

  /** Decides at once; null when Redis has to be asked. */
  @Nullable Decision decide(String name, Limits ofKey, Limits ofTenant, Need need) {
    lock.lock();
    try {
      return decide(present(name, ofKey, ofTenant), need, nanos.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** Decides at once; null when it is decided later, by completing the promise. */
  @Nullable Decision decideOrWait(
      String name, Limits ofKey, Limits ofTenant, Need need, Promise<Decision> answer) {
    lock.lock();
    try {
      long now = nanos.getAsLong();
      OwnerPurses key = present(name, ofKey, ofTenant);
      Decision decision = decide(key, need, now);
      if (decision == null && waiting.size() >= MOST_WAITING) {
        around.metrics().unavailable();
        return new Decision.Unavailable("Too many requests wait for their limits.", TRY_AGAIN);
      }
      if (decision == null) {
        waiting.add(new Waiting(key, need, now, answer));
      }
      return decision;
    } finally {
      lock.unlock();
    }
  }

  void settle(Reservation reservation, Need used, boolean made) {
    lock.lock();
    try {
      reservation.end(used, made);
    } finally {
      lock.unlock();
    }
  }

  private OwnerPurses present(String name, Limits ofKey, Limits ofTenant) {
    OwnerPurses key = keys.get(name);
    if (key == null) {
      key = new OwnerPurses(new Owner(tenant.owner().tenant(), name), clock, zone);
      keys.put(name, key);
    }
    key.limits(ofKey);
    tenant.limits(ofTenant);
    long now = nanos.getAsLong();
    if (key.asked(now)) {
      active.add(key);
    }
    if (tenant.asked(now)) {
      active.add(tenant);
    }
    return key;
  }

  private @Nullable Decision decide(OwnerPurses key, Need need, long now) {
    Shortage shortage = new Shortage();
    look(key, need, now, shortage);
    look(tenant, need, now, shortage);
    boolean away = around.away();
    if (away) {
      around.metrics().alone();
    }
    if (shortage.refused != null) {
      return refuse(key, shortage.refused, now);
    }
    if (shortage.unknown != null) {
      around.metrics().unavailable();
      return new Decision.Unavailable(shortage.unknown, TRY_AGAIN);
    }
    if (shortage.undecided) {
      return null;
    }
    return new Decision.Granted(
        new Reservation(this, take(key, need)), requests(key, now), tokens(key, now));
  }

  /** What keeps a request from being granted. */
  private static final class Shortage {
    private Decision.@Nullable Refused refused;
    private @Nullable String unknown;
    private boolean undecided;

    /** Of several limits the one that lasts longest is told. */
    void refuse(Decision.Refused by) {
      if (refused == null || by.retryAfter().compareTo(refused.retryAfter()) > 0) {
        refused = by;
      }
    }
  }

  private void look(OwnerPurses of, Need need, long now, Shortage shortage) {
    List<Metered> limited = of.limited();
    for (int i = 0; i < limited.size(); i++) {
      Metered each = limited.get(i);
      Purse purse = each.purse();
      long amount = each.measure().of(need);
      if (amount == 0 || purse.covers(amount)) {
        continue;
      }
      if (amount > purse.limit()) {
        shortage.refuse(refusal(of.owner(), each, amount, now));
      } else if (around.away() || purse.untold()) {
        lookAround(of.owner(), each, amount, now, shortage);
      } else if (purse.undecided() || !purse.hopeless(amount, now)) {
        shortage.undecided = true;
      } else {
        shortage.refuse(refusal(of.owner(), each, amount, now));
      }
    }
  }

  /** Without Redis, or without the ledger where Redis has lost a budget. */
  private void lookAround(Owner owner, Metered each, long amount, long now, Shortage shortage) {
    LimitsConfig config = around.config();
    String what = around.away() ? "the store of limits is away" : "the ledger is away";
    if (config.whenAway() == WhenAway.REFUSE) {
      shortage.unknown =
          "No request can be held to the limits of " + owner.spelled() + " now: " + what + ".";
    } else if (!each.purse().borrow(amount, config.replicas(), now)) {
      if (each.purse().knowsItsPart()) {
        shortage.refuse(refusal(owner, each, amount, now));
      } else {
        shortage.unknown =
            "What is left of the budget of " + owner.spelled() + " is not known now: " + what + ".";
      }
    }
  }

  private static Decision.Refused refusal(Owner owner, Metered each, long amount, long now) {
    Purse purse = each.purse();
    return new Decision.Refused(
        owner,
        each.measure(),
        purse.limit(),
        purse.remaining(now),
        amount,
        amount <= purse.limit(),
        Duration.ofNanos(Math.max(1_000_000, purse.waitFor(amount, now))),
        Duration.ofNanos(purse.reset(now)),
        null,
        null);
  }

  private Decision refuse(OwnerPurses key, Decision.Refused by, long now) {
    around.metrics().refused(by.owner(), by.measure());
    return new Decision.Refused(
        by.owner(),
        by.measure(),
        by.limit(),
        by.remaining(),
        by.needed(),
        by.possible(),
        by.retryAfter(),
        by.reset(),
        requests(key, now),
        tokens(key, now));
  }

  private Taken[] take(OwnerPurses key, Need need) {
    List<Metered> ofKey = key.limited();
    List<Metered> ofTenant = tenant.limited();
    Taken[] taken = new Taken[ofKey.size() + ofTenant.size()];
    int n = 0;
    for (int i = 0; i < ofKey.size(); i++) {
      taken[n++] = Taken.from(ofKey.get(i).measure(), ofKey.get(i).purse(), need);
    }
    for (int i = 0; i < ofTenant.size(); i++) {
      taken[n++] = Taken.from(ofTenant.get(i).measure(), ofTenant.get(i).purse(), need);
    }
    return taken;
  }

  private @Nullable Standing requests(OwnerPurses key, long now) {
    return OwnerPurses.nearer(
        key.standing(Measure.RPM, Measure.RPD, now),
        tenant.standing(Measure.RPM, Measure.RPD, now));
  }

  private @Nullable Standing tokens(OwnerPurses key, long now) {
    return OwnerPurses.nearer(
        key.standing(Measure.TPM, Measure.TPD, now),
        tenant.standing(Measure.TPM, Measure.TPD, now));
  }

  /** Under the lock: the requests that wait. */
  Collection<Waiting> waiting() {
    return waiting;
  }

  /** Under the lock: who was in use lately. */
  List<OwnerPurses> active() {
    return active;
  }

  /** Under the lock: the tenant's own purses. */
  OwnerPurses ofTenant() {
    return tenant;
  }

  /** Under the lock: everyone's purses. */
  List<Purse> all() {
    List<Purse> all = new ArrayList<>(tenant.all());
    keys.values().forEach(key -> all.addAll(key.all()));
    return all;
  }

  /** Under the lock: fifty milliseconds have passed. */
  void tick() {
    long now = nanos.getAsLong();
    for (Iterator<OwnerPurses> all = active.iterator(); all.hasNext(); ) {
      OwnerPurses purses = all.next();
      if (!purses.tick(now)) {
        all.remove();
      }
    }
    ticks++;
    if (ticks % SWEEP_TICKS == 0) {
      keys.values().removeIf(key -> key.forgotten(now));
    }
  }

  /** Under the lock: decides for those who wait what can be decided now. */
  List<Answered> answers() {
    long now = nanos.getAsLong();
    List<Answered> answers = new ArrayList<>();
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting each = all.next();
      Decision decision = decide(each.key(), each.need(), now);
      if (decision == null && now - each.since() > LONGEST_WAIT_NS) {
        around.metrics().unavailable();
        decision =
            new Decision.Unavailable("What is left of the limits is not known yet.", TRY_AGAIN);
      }
      if (decision != null) {
        all.remove();
        answers.add(new Answered(each.answer(), decision));
      }
    }
    return answers;
  }
}
