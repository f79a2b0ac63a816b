package io.ruche.aiproxy.queue;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;

/** How commands wait for providers. */
public record QueueConfig(
    @Description(
            "The share of each of a provider's limits, 0 to 1, that commands leave to HTTP requests,"
                + " beside the tokens that those took in the last minute. 0 lets commands take"
                + " whatever there is.")
        @Default("0.2")
        double reserve,
    @Description(
            "Commands that a process works on at once, for each Redis of its bus. A change needs a"
                + " restart.")
        @Default("16")
        int concurrency,
    @Description(
            "How long after its receipt a command may wait for limits and outages before it is dead;"
                + " its own `expires` may end it earlier.")
        @Default("24h")
        Duration giveUpAfter) {

  private static final int MOST = 10_000;

  /** What holds where nothing is said. */
  public static final QueueConfig DEFAULT = new QueueConfig(0.2, 16, Duration.ofDays(1));

  /** Names the setting and what would be right. */
  public QueueConfig {
    if (!(reserve >= 0 && reserve < 1)) {
      throw new IllegalArgumentException(
          "reserve must be 0 or more and below 1, for example 0.2, not " + reserve);
    }
    if (concurrency < 1 || concurrency > MOST) {
      throw new IllegalArgumentException(
          "concurrency must be 1 to " + MOST + ", not " + concurrency);
    }
    if (giveUpAfter.toMillis() < 1_000 || giveUpAfter.toDays() > 7) {
      throw new IllegalArgumentException("give-up-after must be 1s to 7d, for example 24h");
    }
  }
}
