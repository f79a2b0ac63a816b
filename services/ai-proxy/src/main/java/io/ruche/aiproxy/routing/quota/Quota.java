package io.ruche.aiproxy.routing.quota;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a provider still allows of one model: whether a request may be sent now, and if not, when.
 * It knows the limits that the provider tells in its headers ({@code x-ratelimit-*}: requests by
 * the day, tokens by the minute), counts here those that are configured and that it does not tell,
 * and keeps to a Retry-After. It counts for this process only; what others send shows in the
 * headers. Thread-safe.
 */
public final class Quota {

  private static final Names REQUESTS = Names.of("requests");
  private static final Names TOKENS = Names.of("tokens");

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final long DAY = TimeUnit.DAYS.toNanos(1);

  private final LongSupplier clock;
  private final ProviderBucket requestsPerDay = new ProviderBucket(DAY);
  private final ProviderBucket tokensPerMinute = new ProviderBucket(MINUTE);
  private final @Nullable SlidingCount requestsPerMinute;
  private final @Nullable SlidingCount tokensPerDay;
  private final LateCounts late;

  /** Whether there is anything to hold requests to; most providers tell no limits at all. */
  private volatile boolean limited;

  /** Tokens that interactive requests took, counted once there is work that gives way to them. */
  private @Nullable SlidingCount interactive;

  private boolean waiting;
  private long notBefore;

  /**
   * A quota of which nothing is used yet.
   *
   * @param clock nanoseconds that only go forward
   */
  public Quota(ModelLimits limits, LongSupplier clock) {
    this.clock = clock;
    long now = clock.getAsLong();
    requestsPerMinute = count(limits.requestsPerMinute(), MINUTE, now);
    tokensPerDay = count(limits.tokensPerDay(), DAY, now);
    late = new LateCounts(limits, now);
    if (limits.requestsPerDay() != null) {
      requestsPerDay.assume(limits.requestsPerDay(), now);
    }
    if (limits.tokensPerMinute() != null) {
      tokensPerMinute.assume(limits.tokensPerMinute(), now);
    }
    limited = !limits.equals(ModelLimits.NONE);
  }

  private static @Nullable SlidingCount count(@Nullable Long limit, long period, long now) {
    return limit == null ? null : new SlidingCount(limit, period, now);
  }

  /** How long until a request of about so many tokens would be allowed; zero when it is now. */
  public Duration waitFor(long tokens) {
    return waitFor(1, tokens, 0);
  }

  /**
   * How long until so many requests with about so many tokens together would be allowed; zero when
   * they are now.
   *
   * @param reserve the share of each limit, 0 to 1, that must be left after them, beside the tokens
   *     that requests without a reserve took in the last minute; 0 needs neither
   */
  public Duration waitFor(long requests, long tokens, double reserve) {
    if (!limited) {
      return Duration.ZERO;
    }
    synchronized (this) {
      return Duration.ofNanos(waitNanos(requests, tokens, reserve, clock.getAsLong()));
    }
  }

  /**
   * The time between two requests of about so many tokens that the limits allow which are used up
   * now, next to the interactive ones of the last minute; zero when none is.
   *
   * @param reserve as for {@link #waitFor(long, long, double)}
   */
  public Duration pace(long tokens, double reserve) {
    if (!limited) {
      return Duration.ZERO;
    }
    synchronized (this) {
      long now = clock.getAsLong();
      long others = interactive == null ? 0 : interactive.sum(now);
      double pace = 0;
      if (requestsPerDay.waitNanos(1, reserve, 0, now) > 0) {
        pace = requestsPerDay.paceNanos(1, 0);
      }
      if (tokensPerMinute.waitNanos(tokens, reserve, others, now) > 0) {
        pace = Math.max(pace, tokensPerMinute.paceNanos(tokens, others));
      }
      if (requestsPerMinute != null && requestsPerMinute.waitNanos(1, reserve, now) > 0) {
        pace = Math.max(pace, requestsPerMinute.paceNanos(1));
      }
      if (tokensPerDay != null && tokensPerDay.waitNanos(tokens, reserve, now) > 0) {
        pace = Math.max(pace, tokensPerDay.paceNanos(tokens));
      }
      return Duration.ofNanos((long) Math.max(pace, late.paceNanos(reserve, now)));
    }
  }

  /** What is left now of each limit that is known, in the order of {@link QuotaLeft.Limit}. */
  public List<QuotaLeft> left() {
    List<QuotaLeft> all = new ArrayList<>();
    synchronized (this) {
      long now = clock.getAsLong();
      add(all, QuotaLeft.Limit.REQUESTS_PER_MINUTE, requestsPerMinute, now);
      add(all, QuotaLeft.Limit.REQUESTS_PER_DAY, requestsPerDay, now);
      add(all, QuotaLeft.Limit.TOKENS_PER_MINUTE, tokensPerMinute, now);
      add(all, QuotaLeft.Limit.TOKENS_PER_DAY, tokensPerDay, now);
      late.addLeft(all, now);
    }
    return all;
  }

  private static void add(
      List<QuotaLeft> to, QuotaLeft.Limit limit, @Nullable SlidingCount count, long now) {
    if (count != null) {
      to.add(new QuotaLeft(limit, count.limit(), count.left(now)));
    }
  }

  private static void add(
      List<QuotaLeft> to, QuotaLeft.Limit limit, ProviderBucket bucket, long now) {
    if (bucket.known()) {
      to.add(new QuotaLeft(limit, bucket.limit(), bucket.left(now)));
    }
  }

  /**
   * Takes a request of about so many tokens out of the quota, if it is allowed now. What was taken
   * is given back by exactly one of {@link #answered} and {@link #notSent}.
   */
  public boolean take(long tokens) {
    return take(tokens, 0);
  }

  /**
   * Likewise, if so much is left after it as {@link #waitFor(long, long, double)} says.
   *
   * @param reserve 0 for an interactive request
   */
  public boolean take(long tokens, double reserve) {
    if (!limited) {
      return true;
    }
    synchronized (this) {
      long now = clock.getAsLong();
      if (waitNanos(1, tokens, reserve, now) > 0) {
        return false;
      }
      if (reserve == 0 && interactive != null) {
        interactive.add(tokens, now);
      }
      requestsPerDay.sent(1, now);
      tokensPerMinute.sent(tokens, now);
      if (requestsPerMinute != null) {
        requestsPerMinute.add(1, now);
      }
      if (tokensPerDay != null) {
        tokensPerDay.add(tokens, now);
      }
      return true;
    }
  }

  private long waitNanos(long requests, long tokens, double reserve, long now) {
    long kept = 0;
    if (reserve > 0) {
      if (interactive == null) {
        interactive = new SlidingCount(Long.MAX_VALUE, MINUTE, now);
      }
      kept = interactive.sum(now);
    }
    long wait = waiting ? Math.max(0, notBefore - now) : 0;
    waiting = wait > 0;
    wait = Math.max(wait, late.waitNanos(reserve, now));
    wait = Math.max(wait, requestsPerDay.waitNanos(requests, reserve, 0, now));
    wait = Math.max(wait, tokensPerMinute.waitNanos(tokens, reserve, kept, now));
    if (requestsPerMinute != null) {
      wait = Math.max(wait, requestsPerMinute.waitNanos(requests, reserve, now));
    }
    return tokensPerDay == null
        ? wait
        : Math.max(wait, tokensPerDay.waitNanos(tokens, reserve, now));
  }

  /** A request that was taken never reached the provider. */
  public synchronized void notSent(long tokens) {
    long now = clock.getAsLong();
    requestsPerDay.notCounted(1);
    tokensPerMinute.notCounted(tokens);
    if (requestsPerMinute != null) {
      requestsPerMinute.add(-1, now);
    }
    if (tokensPerDay != null) {
      tokensPerDay.add(-tokens, now);
    }
  }

  /**
   * An attempt that was taken has been answered, or broke after it was sent.
   *
   * @param sentAt when it was sent, on this quota's clock
   * @param headers of the answer, by their names in lower case
   */
  public void answered(long tokens, long sentAt, UnaryOperator<@Nullable String> headers) {
    String requestLimit = headers.apply(REQUESTS.limit);
    String tokenLimit = headers.apply(TOKENS.limit);
    if (!limited && requestLimit == null && tokenLimit == null) {
      return;
    }
    synchronized (this) {
      requestsPerDay.arrived(1);
      tokensPerMinute.arrived(tokens);
      tell(requestsPerDay, requestLimit, REQUESTS, sentAt, headers);
      tell(tokensPerMinute, tokenLimit, TOKENS, sentAt, headers);
    }
  }

  /** Of the headers that tell one limit. */
  private record Names(String limit, String remaining, String reset) {

    static Names of(String kind) {
      return new Names(
          "x-ratelimit-limit-" + kind,
          "x-ratelimit-remaining-" + kind,
          "x-ratelimit-reset-" + kind);
    }
  }

  private void tell(
      ProviderBucket bucket,
      @Nullable String limit,
      Names names,
      long sentAt,
      UnaryOperator<@Nullable String> headers) {
    long most = whole(limit);
    long remaining = whole(headers.apply(names.remaining));
    if (most > 0 && remaining >= 0) {
      long reset = ResetTime.nanos(headers.apply(names.reset));
      bucket.told(most, remaining, reset, sentAt, clock.getAsLong());
      limited = true;
    }
  }

  /** Whole numbers of up to 18 digits; anything else is -1. */
  private static long whole(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** The provider refused a request for its limits, and said when to come back. */
  public synchronized void refused(Duration retryAfter) {
    long until = clock.getAsLong() + retryAfter.toNanos();
    notBefore = waiting && notBefore - until > 0 ? notBefore : until;
    waiting = true;
    limited = true;
  }

  /**
   * A request that was answered took so much.
   *
   * @param thought the tokens that were taken for it
   */
  public void used(long thought, Consumption consumption) {
    if (!limited) {
      return;
    }
    synchronized (this) {
      long now = clock.getAsLong();
      late.used(consumption, now);
      long more = consumption.tokens() - thought;
      if (more != 0) {
        tokensPerMinute.corrected(more);
        if (tokensPerDay != null) {
          tokensPerDay.add(more, now);
        }
      }
    }
  }
}
