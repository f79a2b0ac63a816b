package io.ruche.aiproxy.cache;

import io.ruche.aiproxy.cache.Flight.Landing;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The flights of this process, by the key of the answer that they want. Thread-safe. */
final class Flights {

  /** Past this each asks for itself. */
  private static final int MOST_WAITING = 10_000;

  private final ConcurrentMap<String, Flight> flights = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** How many requests wait. */
  int waiting() {
    return waiting.get();
  }

  /**
   * A flight that a request is part of.
   *
   * @param leads whether it is the one that asks
   */
  record Joined(Flight flight, boolean leads) {}

  /**
   * Joins the flight for a key, or begins one.
   *
   * @param follower is told how it ended, at once when there is no room to wait; not used by the
   *     one that asks
   */
  Joined join(String key, Promise<Landing> follower) {
    Flight fresh = new Flight();
    while (true) {
      Flight there = flights.putIfAbsent(key, fresh);
      if (there == null) {
        return new Joined(fresh, true);
      }
      if (waiting.incrementAndGet() > MOST_WAITING) {
        waiting.decrementAndGet();
        follower.complete(new Landing.Alone());
        return new Joined(there, false);
      }
      if (there.add(follower)) {
        follower.future().onComplete(told -> waiting.decrementAndGet());
        return new Joined(there, false);
      }
      waiting.decrementAndGet();
      flights.remove(key, there);
    }
  }

  /** The one that asked has failed or left. */
  void handOn(String key, Flight flight) {
    if (!flight.handOn()) {
      flights.remove(key, flight);
    }
  }

  /** The answer is there, or none that others could use. */
  void end(String key, Flight flight, Landing landing) {
    flight.end(landing);
    flights.remove(key, flight);
  }

  /** Somebody has waited in vain: nobody joins it any more. */
  void close(String key, Flight flight) {
    flights.remove(key, flight);
  }
}
