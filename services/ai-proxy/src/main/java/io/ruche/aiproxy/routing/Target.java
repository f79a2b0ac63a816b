package io.ruche.aiproxy.routing;

/**
 * A model at a provider.
 *
 * @param model what the provider calls it
 * @param weight its share of the requests of its tier, beside the other weights
 */
public record Target(Provider provider, String model, int weight) {

  /** A target that shares its tier with no other. */
  public static Target only(Provider provider, String model) {
    return new Target(provider, model, 1);
  }
}
