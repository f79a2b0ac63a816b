package io.ruche.aiproxy.ledger;

import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.bus.envelope.Ulid;
import io.ruche.http.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that records requests until it is killed, and tells in a file of its own what it has
 * done: {@code B id} once a request is begun, {@code E id} once it has ended. Arguments: the URL of
 * PostgreSQL, the journal's folder, the file, threads, requests a second of each thread.
 */
final class LedgerLoad {

  private static final int UNDER_WAY = 50;

  private LedgerLoad() {}

  public static void main(String[] args) throws Exception {
    LedgerSite site = LedgerSite.start(args[0], Path.of(args[1]));
    FileChannel told =
        FileChannel.open(Path.of(args[2]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    long pauseNanos = 1_000_000_000L / Integer.parseInt(args[4]);
    for (int i = 0; i < Integer.parseInt(args[3]); i++) {
      Thread.ofPlatform().start(() -> work(site.ledger(), told, pauseNanos));
    }
  }

  /** Ends each request some requests after it began, so that some are always under way. */
  private static void work(Ledger ledger, FileChannel told, long pauseNanos) {
    record Open(String id, Entry entry) {}

    Deque<Open> open = new ArrayDeque<>();
    while (true) {
      String id = Ulid.next();
      try {
        Entry entry = ledger.begin(Samples.start(id));
        tell(told, "B " + id);
        open.add(new Open(id, entry));
      } catch (Failure full) {
        tell(told, "R " + id);
      }
      if (open.size() > UNDER_WAY) {
        Open oldest = open.remove();
        oldest.entry().end(Samples.end());
        tell(told, "E " + oldest.id());
      }
      LockSupport.parkNanos(pauseNanos);
    }
  }

  /** One write each, so that a kill leaves it whole or not at all. */
  private static void tell(FileChannel told, String line) {
    try {
      told.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
