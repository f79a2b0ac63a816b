package io.ruche.standalone.bench.process;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Counters that several processes share through a mapped file, so that the publisher sees how far
 * the handler is without a message that would cost what is being measured.
 */
public final class Board {

  /** What is counted. */
  public enum Counter {
    /** Messages given to the broker by the load. */
    SENT(0),
    /** Commands whose handler ran, or messages that reached a plain subscriber. */
    HANDLED(1),
    /** Rises when the load of a fixed rate is to end before its time. */
    STOPS(2);

    private final int offset;

    Counter(int line) {
      offset = line * STRIDE;
    }
  }

  /** Each counter has a cache line of its own. */
  private static final int STRIDE = 64;

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer shared;

  private Board(ByteBuffer shared) {
    this.shared = shared;
  }

  /** Opens the board in {@code folder}, where it is made when it is not there, all counters 0. */
  public static Board in(Path folder) throws IOException {
    Path file = folder.resolve("board");
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = (long) STRIDE * Counter.values().length;
      return new Board(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, size).order(ByteOrder.nativeOrder()));
    }
  }

  public long get(Counter counter) {
    return (long) LONGS.getAcquire(shared, counter.offset);
  }

  public void add(Counter counter, long count) {
    // The handle's return type belongs to the signature that it is called by.
    long ignored = (long) LONGS.getAndAdd(shared, counter.offset, count);
  }
}
