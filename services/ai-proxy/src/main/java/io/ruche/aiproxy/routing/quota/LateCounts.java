package io.ruche.aiproxy.routing.quota;

import io.ruche.aiproxy.routing.quota.QuotaLeft.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The limits of what is only known once the answer is there: a request may be sent while something
 * is left of each, so that they are passed by no more than what was on its way. Not thread-safe.
 */
final class LateCounts {

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long DAY = TimeUnit.DAYS.toNanos(1);
  private static final int MILLIS = 1_000;

  private static final class Count {

    private final Limit limit;
    private final long unit;
    private final ToLongFunction<Consumption> share;
    private final SlidingCount sent;

    /** Of the answer before, by which the next ones are paced. */
    private long last = 1;

    Count(
        Limit limit,
        long unit,
        ToLongFunction<Consumption> share,
        long most,
        long period,
        long now) {
      this.limit = limit;
      this.unit = unit;
      this.share = share;
      this.sent = new SlidingCount(most * unit, period, now);
    }
  }

  private final List<Count> counts = new ArrayList<>();

  LateCounts(ModelLimits limits, long now) {
    add(
        Limit.INPUT_TOKENS_PER_MINUTE,
        1,
        Consumption::input,
        limits.inputTokensPerMinute(),
        MINUTE,
        now);
    add(
        Limit.OUTPUT_TOKENS_PER_MINUTE,
        1,
        Consumption::output,
        limits.outputTokensPerMinute(),
        MINUTE,
        now);
    add(
        Limit.AUDIO_SECONDS_PER_HOUR,
        MILLIS,
        Consumption::audioMillis,
        limits.audioSecondsPerHour(),
        HOUR,
        now);
    add(
        Limit.AUDIO_SECONDS_PER_DAY,
        MILLIS,
        Consumption::audioMillis,
        limits.audioSecondsPerDay(),
        DAY,
        now);
  }

  private void add(
      Limit limit,
      long unit,
      ToLongFunction<Consumption> share,
      @Nullable Long most,
      long period,
      long now) {
    if (most != null) {
      counts.add(new Count(limit, unit, share, most, period, now));
    }
  }

  /** How long until something is left of each; 0 when it is now. */
  long waitNanos(double reserve, long now) {
    long wait = 0;
    for (Count count : counts) {
      wait = Math.max(wait, count.sent.waitNanos(1, reserve, now));
    }
    return wait;
  }

  /** The time between two requests like the last one that the used up limits allow. */
  double paceNanos(double reserve, long now) {
    double pace = 0;
    for (Count count : counts) {
      if (count.sent.waitNanos(1, reserve, now) > 0) {
        pace = Math.max(pace, count.sent.paceNanos(count.last));
      }
    }
    return pace;
  }

  void used(Consumption consumption, long now) {
    for (Count count : counts) {
      long share = count.share.applyAsLong(consumption);
      if (share > 0) {
        count.last = share;
        count.sent.add(share, now);
      }
    }
  }

  void addLeft(List<QuotaLeft> to, long now) {
    for (Count count : counts) {
      to.add(
          new QuotaLeft(
              count.limit, count.sent.limit() / count.unit, count.sent.left(now) / count.unit));
    }
  }
}
