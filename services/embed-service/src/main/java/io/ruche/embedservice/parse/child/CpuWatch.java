package io.ruche.embedservice.parse.child;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Ends the process when a file takes too much CPU time. */
final class CpuWatch {

  /** Exit code of a process that a file took too much time of. */
  static final int TOO_MUCH_TIME = 77;

  private static final long STEP_MILLIS = 200;

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private volatile long endNanos = Long.MAX_VALUE;

  CpuWatch() {
    Thread.ofPlatform().daemon().name("cpu-watch").start(this::watch);
  }

  /** A file begins, and may take so much. */
  void begin(long millis) {
    endNanos = system.getProcessCpuTime() + millis * 1_000_000;
  }

  /** The file has ended. */
  void end() {
    endNanos = Long.MAX_VALUE;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(STEP_MILLIS);
        if (system.getProcessCpuTime() > endNanos) {
          Runtime.getRuntime().halt(TOO_MUCH_TIME);
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
