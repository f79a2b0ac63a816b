package io.ruche.standalone.cli;

/** A line on standard error that counts upwards while a terminal looks on. */
final class Progress {

  private static final long EVERY_NANOS = 100_000_000;

  private final String what;

  /** Set by the script, which can tell; Java 21 cannot. */
  private final boolean terminal = Boolean.getBoolean("ruche.terminal");

  private final long began = System.nanoTime();
  private long shown;

  Progress(String what) {
    this.what = what;
  }

  void show(long count) {
    long now = System.nanoTime();
    if (terminal && now - shown > EVERY_NANOS) {
      shown = now;
      double seconds = (now - began) / 1e9;
      System.err.printf("\r%,d %s, %,.0f/s ", count, what, count / seconds);
      System.err.flush();
    }
  }

  void end() {
    if (terminal && shown != 0) {
      System.err.println();
    }
  }
}
