package io.ruche.aiproxy.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The targets of a model's requests: tiers, of which the next is a fallback for the one before, and
 * in a tier targets that share its requests by weight.
 */
public final class Route {

  private final List<List<Target>> tiers;
  private final List<Target> fixed;
  private final @Nullable Duration deadlineFallback;

  /** A route with at least one tier and no empty one. */
  public Route(List<List<Target>> tiers) {
    this(tiers, null);
  }

  /**
   * A route with at least one tier and no empty one.
   *
   * @param deadlineFallback how near the deadline of queued work must be for it to leave the first
   *     tier; null when it need not wait
   */
  public Route(List<List<Target>> tiers, @Nullable Duration deadlineFallback) {
    this.deadlineFallback = deadlineFallback;
    this.tiers = tiers.stream().map(List::copyOf).toList();
    boolean choice = this.tiers.stream().anyMatch(tier -> tier.size() > 1);
    this.fixed = choice ? List.of() : this.tiers.stream().flatMap(List::stream).toList();
  }

  /** A route to one target. */
  public static Route to(Target target) {
    return new Route(target);
  }

  private Route(Target only) {
    deadlineFallback = null;
    fixed = List.of(only);
    tiers = List.of(fixed);
  }

  /** The tiers, first choice first. */
  public List<List<Target>> tiers() {
    return tiers;
  }

  /**
   * How near the deadline of queued work must be for it to leave the first tier; null when there is
   * nothing to leave it for, or no need to wait.
   */
  public @Nullable Duration deadlineFallback() {
    return tiers.size() > 1 ? deadlineFallback : null;
  }

  /** Whether every target knows {@code max_completion_tokens}. */
  public boolean readsMaxCompletionTokens() {
    for (List<Target> tier : tiers) {
      for (Target target : tier) {
        if (!target.provider().readsMaxCompletionTokens()) {
          return false;
        }
      }
    }
    return true;
  }

  /** The order in which a request of that priority tries the targets. */
  public List<Target> order(Priority priority, RandomGenerator random) {
    if (!priority.firstTierOnly()) {
      return order(random);
    }
    List<Target> first = tiers.get(0);
    if (first.size() == 1) {
      return first;
    }
    List<Target> order = new ArrayList<>();
    shuffle(first, random, order);
    return order;
  }

  /**
   * The order in which one request tries the targets. In a tier each is first as often as its
   * weight says, and the others of that tier follow it before the next tier.
   */
  public List<Target> order(RandomGenerator random) {
    if (!fixed.isEmpty()) {
      return fixed;
    }
    List<Target> order = new ArrayList<>();
    for (List<Target> tier : tiers) {
      if (tier.size() == 1) {
        order.add(tier.get(0));
      } else {
        shuffle(tier, random, order);
      }
    }
    return order;
  }

  private static void shuffle(List<Target> tier, RandomGenerator random, List<Target> order) {
    List<Target> left = new ArrayList<>(tier);
    long sum = 0;
    for (Target target : left) {
      sum += target.weight();
    }
    while (left.size() > 1) {
      long ticket = random.nextLong(sum);
      int drawn = 0;
      while (ticket >= left.get(drawn).weight()) {
        ticket -= left.get(drawn).weight();
        drawn++;
      }
      Target target = left.remove(drawn);
      sum -= target.weight();
      order.add(target);
    }
    order.add(left.get(0));
  }
}
