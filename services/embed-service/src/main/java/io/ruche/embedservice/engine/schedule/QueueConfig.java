package io.ruche.embedservice.engine.schedule;

import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.embedservice.engine.Lane;

/** How much may wait for the engine. */
public record QueueConfig(
    @Description(
            "Most tokens of queries and of `/v1/embeddings` that wait; past it 429 with the time"
                + " after which there should be room.")
        @Default("600000")
        int interactiveTokens,
    @Description("Most tokens of ingestion that wait; past it ingestion waits with the rest.")
        @Default("600000")
        int bulkTokens) {

  private static final int LEAST = 8_192;
  private static final int MOST = 100_000_000;

  /** Rejects bounds that would refuse everything, or nothing. */
  public QueueConfig {
    require("interactive-tokens", interactiveTokens);
    require("bulk-tokens", bulkTokens);
  }

  private static void require(String name, int value) {
    if (value < LEAST || value > MOST) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(name, LEAST, MOST, value));
    }
  }

  /** Most tokens of a lane that wait. */
  public int bound(Lane lane) {
    return switch (lane) {
      case INTERACTIVE -> interactiveTokens;
      case BULK -> bulkTokens;
    };
  }
}
