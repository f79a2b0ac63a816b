package io.ruche.aiproxy.queue;

import io.ruche.aiproxy.routing.Priority;
import io.ruche.aiproxy.routing.Route;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Until when a job waits.
 *
 * @param givesUp after this it is dead instead of waiting any longer
 * @param expires after this nobody wants its answer; null when that was not said
 */
public record Deadline(Instant givesUp, @Nullable Instant expires) {

  /** Whether it has waited long enough. */
  public boolean isPast(Instant now) {
    return !now.isBefore(givesUp);
  }

  /** How it stands beside others: it waits for the first tier until its end is near. */
  public Priority priority(Route route, double reserve, Instant now) {
    Duration before = route.deadlineFallback();
    return new Priority(reserve, before != null && now.isBefore(end().minus(before)));
  }

  /**
   * A wait, cut where something changes for the job: its deadline, or the moment from which it may
   * use further tiers.
   */
  public Duration cut(Duration wait, Route route, Instant now) {
    Duration shortest = until(end(), wait, now);
    Duration before = route.deadlineFallback();
    return before == null ? shortest : until(end().minus(before), shortest, now);
  }

  private Instant end() {
    return expires != null && expires.isBefore(givesUp) ? expires : givesUp;
  }

  private static Duration until(Instant moment, Duration wait, Instant now) {
    Duration left = Duration.between(now, moment).plusMillis(1);
    return left.isPositive() && left.compareTo(wait) < 0 ? left : wait;
  }
}
