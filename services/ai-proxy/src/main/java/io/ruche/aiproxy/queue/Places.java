package io.ruche.aiproxy.queue;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The moments at which waiting jobs come back, spread at the pace at which there will be room. Each
 * tenant has a queue of its own, and those that wait share the pace, so that one with a thousand
 * jobs does not hold up another with one. Not thread-safe.
 */
final class Places {

  /** Places further away are not given: who would get one comes back before and asks again. */
  static final long HORIZON = Duration.ofMinutes(10).toNanos();

  private static final int MOST_JOBS = 20_000;
  private static final int MOST_TENANTS = 1_000;

  /** The last place that each tenant was given. */
  private final Map<String, Long> ends = new HashMap<>();

  /** Jobs that have had a place, the oldest first; past the bound the oldest ask like new ones. */
  private final Map<String, Boolean> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MOST_JOBS;
        }
      };

  private long lastReturn = Long.MIN_VALUE;

  /**
   * How long a job waits that cannot go now. One whose turn has come before waits behind the others
   * whose turn has come, a new one behind its tenant's.
   *
   * @param least nanoseconds until there may be room
   * @param pace nanoseconds between two jobs for which there is room
   */
  Duration give(String tenant, String job, long least, long pace, long now) {
    if (known.containsKey(key(tenant, job))) {
      long after = lastReturn == Long.MIN_VALUE ? now : lastReturn + pace;
      long place = Math.max(now + least, after);
      if (place - now <= HORIZON) {
        lastReturn = place;
      }
      return bounded(place - now);
    }
    long end = end(tenant, now);
    long place = Math.max(now + least, end + pace * sharing(tenant, now));
    if (place - now <= HORIZON && (ends.size() < MOST_TENANTS || ends.containsKey(tenant))) {
      ends.put(tenant, place);
      known.put(key(tenant, job), true);
    }
    return bounded(place - now);
  }

  /** How long a job waits for which there is room, because others came before; null when none. */
  @Nullable Duration behind(String tenant, String job, long pace, long now) {
    return known.containsKey(key(tenant, job)) || end(tenant, now) <= now
        ? null
        : give(tenant, job, 1, pace, now);
  }

  /** The job's turn has come. */
  void leave(String tenant, String job) {
    known.remove(key(tenant, job));
  }

  private long end(String tenant, long now) {
    Long end = ends.get(tenant);
    return end == null || end - now < 0 ? now : end;
  }

  /** How many tenants wait, that one included. */
  private int sharing(String tenant, long now) {
    ends.values().removeIf(end -> end - now <= 0);
    return ends.containsKey(tenant) ? ends.size() : ends.size() + 1;
  }

  private static Duration bounded(long nanos) {
    long some = HORIZON / 2 + ThreadLocalRandom.current().nextLong(HORIZON / 2);
    return Duration.ofNanos(Math.max(1, nanos <= HORIZON ? nanos : some));
  }

  private static String key(String tenant, String job) {
    return tenant + '/' + job;
  }
}
