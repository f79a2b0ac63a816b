package io.ruche.aiproxy.queue;

import io.ruche.aiproxy.routing.Outlook;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the jobs for one route go up: as many as there is room for, in the order of the
 * places that they were given. While the provider fails only one at a time is tried, at growing
 * intervals. Thread-safe.
 */
public final class Line {

  /** What a route could expect of its targets. */
  @FunctionalInterface
  public interface Prospect {

    /** Of so many requests with so many tokens together. */
    Outlook of(long requests, long tokens);
  }

  /** Jobs that wait for something that is no limit come back this far apart. */
  private static final long APART = Duration.ofMillis(10).toNanos();

  /** The provider may be back before its circuit says so, and looking costs little. */
  private static final long LONGEST_BLIND = Duration.ofSeconds(10).toNanos();

  private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMinutes(1).toNanos();

  /** A daily limit may ask for hours; it is looked at again before. */
  private static final long LONGEST_TOLD = Duration.ofMinutes(15).toNanos();

  /** A trial that was never told the end of is not waited for any longer. */
  private static final long LONGEST_TRIAL = Duration.ofMinutes(10).toNanos();

  private final LongSupplier clock;
  private final Places places;
  private long pendingRequests;
  private long pendingTokens;
  private int failures;
  private long pausedUntil;
  private boolean trying;
  private long tryingUntil;

  Line(LongSupplier clock, Places places) {
    this.clock = clock;
    this.places = places;
  }

  /**
   * Null when the job may go up now, which is to be followed by exactly one {@link #sent}; or how
   * long it has to wait before it asks again.
   *
   * @param job tells it from the other jobs of its tenant
   * @param tokens about how many it will take
   */
  public synchronized @Nullable Duration ask(
      String tenant, String job, long tokens, Prospect prospect) {
    long now = clock.getAsLong();
    long paused = failures == 0 ? 0 : pausedUntil - now;
    if (paused > 0) {
      return places.give(tenant, job, paused, APART, now);
    }
    if (failures > 0 && trying && tryingUntil - now > 0) {
      return places.give(tenant, job, FIRST_PAUSE, APART, now);
    }
    Outlook outlook = prospect.of(pendingRequests + 1, pendingTokens + tokens);
    long pace = Math.max(APART, outlook.pace().toNanos());
    long wait = outlook.delay().toNanos();
    if (outlook.down()) {
      wait = Math.min(wait, LONGEST_BLIND);
      if (wait == 0 && pendingRequests > 0) {
        wait = FIRST_PAUSE;
      }
    }
    if (wait > 0) {
      return places.give(tenant, job, wait, outlook.down() ? APART : pace, now);
    }
    Duration behind = places.behind(tenant, job, pace, now);
    if (behind != null) {
      return behind;
    }
    if (failures > 0) {
      trying = true;
      tryingUntil = now + LONGEST_TRIAL;
    }
    pendingRequests++;
    pendingTokens += tokens;
    places.leave(tenant, job);
    return null;
  }

  /** It has taken from the quota what it takes, or will never. */
  public synchronized void sent(long tokens) {
    pendingRequests--;
    pendingTokens -= tokens;
  }

  /**
   * How long a job waits that went up and came back without an answer.
   *
   * @param least until there may be room
   */
  public synchronized Duration back(String tenant, String job, Duration least) {
    long now = clock.getAsLong();
    long paused = failures == 0 ? 0 : pausedUntil - now;
    return places.give(tenant, job, Math.max(paused, least.toNanos()), APART, now);
  }

  /** The provider has answered as one that is well does. */
  public synchronized void succeeded() {
    failures = 0;
    trying = false;
  }

  /** It ended without telling anything of the provider. */
  public synchronized void released() {
    trying = false;
  }

  /**
   * The provider did not answer, or refused for a reason that passes. Nobody goes up for a while.
   *
   * @param told how long it wants to be left alone, if it said so
   */
  public synchronized void failed(@Nullable Duration told) {
    long now = clock.getAsLong();
    long asked = told == null ? 0 : Math.min(told.toNanos(), LONGEST_TOLD);
    // Those that were under way together fail together, which counts once.
    if (failures == 0 || trying || pausedUntil - now <= 0) {
      failures = Math.min(failures + 1, 30);
      trying = false;
      long doubled = Math.min(FIRST_PAUSE << Math.min(failures - 1, 10), LONGEST_PAUSE);
      long jitter = ThreadLocalRandom.current().nextLong(doubled / 4 + 1);
      pausedUntil = now + doubled - jitter;
    }
    if (now + asked - pausedUntil > 0) {
      pausedUntil = now + asked;
    }
  }
}
