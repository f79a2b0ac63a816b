package io.ruche.aiproxy.usage;

import io.ruche.aiproxy.ledger.entry.UsageSource;

/**
 * What one request used.
 *
 * @param input tokens of the request, cached ones included
 * @param cachedInput those of them that the provider had cached
 * @param output tokens of the answer, reasoning included
 * @param audioMillis milliseconds of sound that were listened to
 * @param characters of the text that was spoken
 * @param source who says so
 */
public record Usage(
    long input,
    long cachedInput,
    long output,
    long audioMillis,
    long characters,
    UsageSource source) {

  /** Nothing was used, which needs nobody's word. */
  public static final Usage NONE = new Usage(0, 0, 0, UsageSource.NONE);

  /** Tokens alone. */
  public Usage(long input, long cachedInput, long output, UsageSource source) {
    this(input, cachedInput, output, 0, 0, source);
  }

  /** An estimate from what was seen to pass. */
  public static Usage estimated(long input, long output) {
    return new Usage(input, 0, output, UsageSource.ESTIMATED);
  }

  /** Input and output together, as limits of tokens count them: cached input is exempt. */
  public long limited() {
    return input - cachedInput + output;
  }
}
