package io.ruche.aiproxy.limits;

import io.ruche.aiproxy.limits.purse.Purse;
import org.jspecify.annotations.Nullable;

/**
 * What is reserved for one request. It ends once, by whichever of the two comes first, from any
 * thread; what is never ended stays reserved, for as long as the process lives.
 */
public final class Reservation {

  /** Of a request that nothing limits. */
  static final Reservation NOTHING = new Reservation(null, new Taken[0]);

  private final @Nullable TenantAccount account;
  private final Taken[] taken;
  private boolean ended;

  /**
   * What one limit has given for a request.
   *
   * @param term the purse's term when it was taken
   */
  record Taken(Measure measure, Purse purse, long amount, int term) {

    static Taken from(Measure measure, Purse purse, Need need) {
      long amount = measure.of(need);
      purse.take(amount);
      return new Taken(measure, purse, amount, purse.term());
    }

    private void settle(Need used, boolean made) {
      // A request is what it was taken for; only tokens and money turn out to be other amounts.
      long spent = measure.requests() ? amount : measure.of(used);
      purse.settle(amount, made ? spent : 0, term);
    }
  }

  Reservation(@Nullable TenantAccount account, Taken[] taken) {
    this.account = account;
    this.taken = taken;
  }

  /**
   * The request has ended and used this, which may be more than was reserved: the rest then is a
   * debt that later requests pay.
   *
   * @param tokens in and out together
   * @param costNanos nano-dollars
   */
  public void settle(long tokens, long costNanos) {
    if (account != null) {
      account.settle(this, new Need(tokens, costNanos), true);
    }
  }

  /** The request was not made: nothing of it counts. */
  public void cancel() {
    if (account != null) {
      account.settle(this, new Need(0, 0), false);
    }
  }

  /** Under the account's lock: ends it, unless it has ended. */
  void end(Need used, boolean made) {
    if (!ended) {
      ended = true;
      for (Taken each : taken) {
        each.settle(used, made);
      }
    }
  }
}
