package io.ruche.aiproxy.routing.quota;

/**
 * What an answered request took of a provider's limits.
 *
 * @param input tokens, those left out that the provider had cached
 * @param output tokens
 * @param audioMillis milliseconds of sound
 */
public record Consumption(long input, long output, long audioMillis) {

  /** Input and output together. */
  public long tokens() {
    return input + output;
  }
}
