package io.ruche.standalone.broker;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.hivemq.logging.EventLog;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Hears of every message the broker drops. HiveMQ CE tells it nowhere but in its event log, one
 * line for each; here they are counted, and passed on at most once a second.
 */
public final class DroppedMessages extends AppenderBase<ILoggingEvent> {
  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final int RECEIVER = 0;
  private static final int REASON = 3;

  private final Consumer<Drop> onDrop;
  private final AtomicLong total = new AtomicLong();
  private final AtomicLong told = new AtomicLong();
  private final AtomicLong lastTold = new AtomicLong(System.nanoTime() - QUIET_NANOS);

  /**
   * Messages dropped since the last one of these.
   *
   * @param count how many, for all clients
   * @param receiver the last one's client as {@code USER/ID}, or its shared group
   * @param reason why the last one was dropped, in HiveMQ's words
   */
  public record Drop(long count, String receiver, String reason) {}

  DroppedMessages(Consumer<Drop> onDrop) {
    this.onDrop = onDrop;
  }

  @Override
  public void start() {
    if (LoggerFactory.getLogger(EventLog.EVENT_MESSAGE_DROPPED) instanceof Logger events) {
      events.setLevel(Level.DEBUG);
      events.setAdditive(false);
      events.addAppender(this);
      super.start();
    }
  }

  @Override
  public void stop() {
    if (LoggerFactory.getLogger(EventLog.EVENT_MESSAGE_DROPPED) instanceof Logger events) {
      events.detachAppender(this);
    }
    super.stop();
  }

  long total() {
    return total.get();
  }

  @Override
  protected void append(ILoggingEvent event) {
    total.incrementAndGet();
    long now = System.nanoTime();
    long last = lastTold.get();
    if (now - last >= QUIET_NANOS && lastTold.compareAndSet(last, now)) {
      Object[] words = event.getArgumentArray();
      long until = total.get();
      onDrop.accept(
          new Drop(until - told.getAndSet(until), word(words, RECEIVER), word(words, REASON)));
    }
  }

  private static String word(Object[] words, int index) {
    return words == null || words.length == 0
        ? ""
        : String.valueOf(words[Math.min(index, words.length - 1)]);
  }
}
