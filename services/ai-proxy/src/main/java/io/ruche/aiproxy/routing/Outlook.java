package io.ruche.aiproxy.routing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a request could expect now of the best of its targets, found out without asking any.
 *
 * @param delay until it may be sent; zero when it may now
 * @param pace the time between two such requests that the limits allow which are used up now; zero
 *     when none is
 * @param down whether no target answers: their circuits are open, and at most a probe may be sent
 * @param missing why nobody can be asked at all; empty when somebody is configured
 */
public record Outlook(Duration delay, Duration pace, boolean down, String missing) {

  /**
   * Looks at the targets that a request of that priority would try.
   *
   * @param requests that are about to be sent together, at least 1
   * @param tokens about how many they take together
   */
  public static Outlook of(
      Route route, TargetStates states, long requests, long tokens, Priority priority) {
    List<Target> targets = route.order(priority, ThreadLocalRandom.current());
    Outlook best = null;
    boolean down = true;
    for (Target target : targets) {
      if (target.provider().configured()) {
        TargetState state = states.of(target);
        down &= state.circuit().isOpen();
        Duration wait = longer(state, requests, tokens, priority.reserve());
        if (best == null || wait.compareTo(best.delay()) < 0) {
          best =
              new Outlook(
                  wait, state.quota().pace(tokens / requests, priority.reserve()), false, "");
        }
      }
    }
    return best == null
        ? new Outlook(Duration.ZERO, Duration.ZERO, true, missing(targets.get(0).provider()))
        : new Outlook(best.delay(), best.pace(), down, "");
  }

  private static Duration longer(TargetState state, long requests, long tokens, double reserve) {
    Duration down = state.circuit().untilProbe();
    Duration limited = state.quota().waitFor(requests, tokens, reserve);
    return down.compareTo(limited) > 0 ? down : limited;
  }

  private static String missing(Provider provider) {
    return "The provider " + provider.name() + " is not configured: " + provider.missing();
  }
}
