package io.ruche.aiproxy.ledger.journal;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that tends a journal, again and again. */
public final class Tending {

  private static final Logger LOG = LoggerFactory.getLogger(Tending.class);

  private final Journal journal;
  private final long everyNanos;
  private final Thread thread;
  private volatile boolean stopping;

  private Tending(Journal journal, Duration every) {
    this.journal = journal;
    this.everyNanos = every.toNanos();
    this.thread = Thread.ofPlatform().daemon().name("ledger-journal").unstarted(this::run);
  }

  /**
   * Begins to tend.
   *
   * @param every the wait between two rounds
   */
  public static Tending start(Journal journal, Duration every) {
    Tending tending = new Tending(journal, every);
    tending.thread.start();
    return tending;
  }

  /** Ends after one more round; blocks. Whether it did within the bound. */
  public boolean stop(Duration bound) throws InterruptedException {
    stopping = true;
    LockSupport.unpark(thread);
    return thread.join(bound);
  }

  private void run() {
    while (!stopping) {
      tend();
      LockSupport.parkNanos(this, everyNanos);
    }
    // What ended meanwhile is to be read before the journal is closed.
    tend();
  }

  private void tend() {
    try {
      journal.tend();
    } catch (RuntimeException fault) {
      LOG.error("the journal is not forced to the disk", fault);
    }
  }
}
