package io.ruche.embedservice.ingest.order;

import io.ruche.http.Failure;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Holds documents to so much text in memory at a time. One that is longer than that goes alone;
 * short ones do not count. Who finds no room comes again: nobody waits in here.
 */
public final class TextRoom {

  /** A text below it is no matter. */
  private static final long SHORT = 256_000;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(3);

  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param most characters
   */
  public TextRoom(long most) {
    this.most = most;
  }

  /** Room that was taken, to be given back once. */
  public record Taken(TextRoom room, long characters) {

    public void giveBack() {
      room.taken.addAndGet(-characters);
    }
  }

  /**
   * Takes room for a text.
   *
   * @throws Failure 503 when there is none now
   */
  public Taken take(long characters) {
    if (characters < SHORT) {
      return new Taken(this, 0);
    }
    long before = taken.get();
    while (before == 0 || before + characters <= most) {
      if (taken.compareAndSet(before, before + characters)) {
        return new Taken(this, characters);
      }
      before = taken.get();
    }
    throw noRoom();
  }

  /**
   * Holds that a text of about that length would find room, before it is made.
   *
   * @throws Failure 503 when it would not
   */
  public void require(long characters) {
    long before = taken.get();
    if (characters >= SHORT && before > 0 && before + characters > most) {
      throw noRoom();
    }
  }

  private static Failure noRoom() {
    return Failure.unavailable("Other long documents are in hand.", RETRY_AFTER);
  }
}
