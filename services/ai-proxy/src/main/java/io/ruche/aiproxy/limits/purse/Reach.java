package io.ruche.aiproxy.limits.purse;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the hot Redis answers. Thread-safe; times are nanoseconds of the monotonic clock. */
public final class Reach {

  private static final Logger LOG = LoggerFactory.getLogger(Reach.class);

  /** While it is away it is asked this often whether it is back. */
  private static final long PAUSE_NS = 500_000_000L;

  private final String policy;
  private final AtomicBoolean away = new AtomicBoolean();
  private volatile long askAgainAt;

  /**
   * @param policy what holds while it is away, in words for the log
   */
  public Reach(String policy) {
    this.policy = policy;
  }

  /** Whether the last call had no answer. */
  public boolean away() {
    return away.get();
  }

  /** Whether it may be asked: always, or while it is away now and then, by one caller. */
  public boolean mayAsk(long now) {
    if (!away.get()) {
      return true;
    }
    if (now - askAgainAt < 0) {
      return false;
    }
    askAgainAt = now + PAUSE_NS;
    return true;
  }

  /** A call was answered. */
  public void answered() {
    if (away.get() && away.compareAndSet(true, false)) {
      LOG.info("limits and budgets shared again: the hot Redis answers");
    }
  }

  /** A call was not answered. */
  public void failed(Throwable failure, long now) {
    askAgainAt = now + PAUSE_NS;
    if (away.compareAndSet(false, true)) {
      LOG.warn("limits and budgets: the hot Redis is away, {}: {}", policy, failure.toString());
    }
  }
}
