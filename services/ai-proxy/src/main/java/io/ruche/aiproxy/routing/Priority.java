package io.ruche.aiproxy.routing;

/**
 * How a request stands beside the others that want the same targets.
 *
 * @param reserve the share of each of a provider's limits, 0 to 1, that it leaves to interactive
 *     requests, beside what those have used lately; 0 takes whatever there is
 * @param firstTierOnly whether it asks the first tier of its route and no fallback
 */
public record Priority(double reserve, boolean firstTierOnly) {

  /** Somebody waits for the answer. */
  public static final Priority INTERACTIVE = new Priority(0, false);
}
