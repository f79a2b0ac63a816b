package io.ruche.aiproxy.cache;

import io.ruche.aiproxy.cache.entry.KeptAnswer;
import io.ruche.aiproxy.upstream.Reader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * There is no answer: who has this asks the provider, and others that want the same may be waiting
 * for it. It ends once, by an answer or by {@link #left}; from any thread.
 */
public final class Lease implements Found {

  /** Of a request whose answer nobody else gets. */
  static final Lease NOTHING = new Lease("bypass", null);

  private final String word;
  private final @Nullable Place place;
  private final AtomicBoolean over = new AtomicBoolean();

  /** Where an answer goes. */
  interface Place {

    /** Bytes that an answer may have. */
    int mostBytes();

    /** There it is, complete. */
    void take(KeptAnswer answer);

    /** What came is of use to nobody else, and would not be if another one asked. */
    void unusable(String why);

    /** Nothing came that another one might not get better. */
    void failed();
  }

  Lease(String word, @Nullable Place place) {
    this.word = word;
    this.place = place;
  }

  @Override
  public String word() {
    return word;
  }

  /** A reader that reads along and keeps what is worth it. */
  public Reader recording(Reader reader) {
    return place == null ? reader : new Recording(this, place.mostBytes(), reader);
  }

  /** The request was not made, or its client left: another one may ask. */
  public void left() {
    if (place != null && over.compareAndSet(false, true)) {
      place.failed();
    }
  }

  void take(KeptAnswer answer) {
    if (place != null && over.compareAndSet(false, true)) {
      place.take(answer);
    }
  }

  void unusable(String why) {
    if (place != null && over.compareAndSet(false, true)) {
      place.unusable(why);
    }
  }
}
