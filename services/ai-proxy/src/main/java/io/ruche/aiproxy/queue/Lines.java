package io.ruche.aiproxy.queue;

import io.ruche.aiproxy.routing.Priority;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The lines of all routes. Thread-safe. */
public final class Lines {

  /** Model names come from clients; past this many the others share one line. */
  private static final int MOST = 1_000;

  private static final Key OTHERS = new Key("(other)", false);

  private record Key(String model, boolean firstTierOnly) {}

  private final LongSupplier clock;
  private final Map<Key, Line> lines = new ConcurrentHashMap<>();

  /**
   * Nobody waits yet.
   *
   * @param clock nanoseconds that only go forward
   */
  public Lines(LongSupplier clock) {
    this.clock = clock;
  }

  /** The line of those that ask for a model with the same choice of targets. */
  public Line of(String model, Priority priority) {
    Key key = new Key(model, priority.firstTierOnly());
    Line line = lines.get(key);
    if (line != null) {
      return line;
    }
    return lines.computeIfAbsent(
        lines.size() < MOST ? key : OTHERS, fresh -> new Line(clock, new Places()));
  }
}
