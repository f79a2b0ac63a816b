package io.ruche.aiproxy.routing.quota;

/**
 * One limit of a provider for a model, as it stands now.
 *
 * @param most what the provider allows in the limit's period
 * @param left what this process may still send now, by what it knows
 */
public record QuotaLeft(Limit limit, long most, long left) {

  /** What a provider limits. */
  public enum Limit {
    REQUESTS_PER_MINUTE("requests", "minute"),
    REQUESTS_PER_DAY("requests", "day"),
    TOKENS_PER_MINUTE("tokens", "minute"),
    TOKENS_PER_DAY("tokens", "day"),
    INPUT_TOKENS_PER_MINUTE("input-tokens", "minute"),
    OUTPUT_TOKENS_PER_MINUTE("output-tokens", "minute"),
    AUDIO_SECONDS_PER_HOUR("audio-seconds", "hour"),
    AUDIO_SECONDS_PER_DAY("audio-seconds", "day");

    private final String of;
    private final String period;

    Limit(String of, String period) {
      this.of = of;
      this.period = period;
    }

    /** What is counted, such as {@code requests} or {@code tokens}. */
    public String of() {
      return of;
    }

    /** {@code minute}, {@code hour} or {@code day}. */
    public String period() {
      return period;
    }
  }
}
