package io.ruche.aiproxy.ledger.journal;

import io.ruche.aiproxy.ledger.Samples;
import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.aiproxy.ledger.entry.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * What a begin and the end of a request before cost, while the journal is forced every 100 ms and
 * read and settled as fast as it goes, beside what the machine makes of spinning for as long. A
 * program, not a test: it prints nanoseconds. Arguments: a folder on the disk to be measured, and
 * requests a second (0 for as many as there can be).
 */
final class JournalCost {

  private static final int SEGMENT = 16 << 20;
  private static final int REQUESTS = 400_000;
  private static final int ROUNDS = 5;

  /** Requests between a begin and its end, so that its page was forced meanwhile. */
  private static final int UNDER_WAY = 5_000;

  private static final long SPIN_NANOS = 450;
  private static final End END = Samples.end();

  private JournalCost() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "journal-cost");
    long everyNanos = args[1].equals("0") ? 0 : 1_000_000_000L / Long.parseLong(args[1]);
    try (Journal journal = Journal.open(folder, SEGMENT, 2L << 30)) {
      Tending tending = Tending.start(journal, Duration.ofMillis(100));
      Deque<Entry> underWay = new ArrayDeque<>(2 * UNDER_WAY);
      AtomicBoolean done = new AtomicBoolean();
      Thread settling = Thread.ofPlatform().daemon().start(() -> settle(journal, done));
      for (int round = 0; round < ROUNDS; round++) {
        measure("spinning", start -> JournalCost::spin, everyNanos);
        measure(
            "begin+end",
            start -> {
              underWay.add(journal.begin(start));
              return () -> {
                if (underWay.size() > UNDER_WAY) {
                  underWay.remove().end(END);
                }
              };
            },
            everyNanos);
      }
      done.set(true);
      settling.join();
      tending.stop(Duration.ofSeconds(10));
    }
  }

  private static void measure(String what, Function<Start, Runnable> work, long everyNanos) {
    long[] times = new long[REQUESTS];
    String[] ids = new String[REQUESTS];
    Arrays.setAll(ids, i -> "01JD0000000000000%09d".formatted(i));
    Instant at = Instant.now();
    long refused = 0;
    long next = System.nanoTime();
    long from = next;
    for (int i = 0; i < REQUESTS; i++) {
      Start start = Samples.start(ids[i], "koff", "app", "llama-3.3-70b-versatile", at);
      while (System.nanoTime() - next < 0) {
        Thread.onSpinWait();
      }
      next += everyNanos;
      long before = System.nanoTime();
      try {
        work.apply(start).run();
      } catch (JournalFullException full) {
        refused++;
      }
      times[i] = System.nanoTime() - before;
    }
    double seconds = (System.nanoTime() - from) / 1e9;
    Arrays.sort(times);
    System.out.printf(
        "%s ns: p50 %d, p99 %d, p99.9 %d, p99.99 %d, max %d; mean %.0f; %.0f/s, refused %d%n",
        what,
        times[REQUESTS / 2],
        times[REQUESTS / 100 * 99],
        times[REQUESTS / 1_000 * 999],
        times[REQUESTS / 10_000 * 9_999],
        times[REQUESTS - 1],
        Arrays.stream(times).average().orElse(0),
        REQUESTS / seconds,
        refused);
  }

  /** As long as the journal mostly takes, so that the scheduler hits both alike. */
  private static void spin() {
    long from = System.nanoTime();
    while (System.nanoTime() - from < SPIN_NANOS) {
      Thread.onSpinWait();
    }
  }

  private static void settle(Journal journal, AtomicBoolean done) {
    while (!done.get()) {
      List<Unsettled> ended = journal.collect(1_000);
      ended.forEach(Unsettled::settle);
      try {
        journal.releaseDone();
        if (ended.size() < 1_000) {
          LockSupport.parkNanos(50_000_000);
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
