package io.ruche.aiproxy.routing;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;

/** How long a provider may take for each part of a call. */
public record Timeouts(
    @Description("Until a connection to the provider stands.") @Default("5s") Duration connect,
    @Description(
            "From an attempt's start, connecting included, until the provider begins to answer.")
        @Default("2m")
        Duration firstByte,
    @Description("Between two pieces of an answer, while the client takes them.") @Default("60s")
        Duration idle) {

  /** Rejects bounds under a millisecond and over a day. */
  public Timeouts {
    require("connect", connect);
    require("first-byte", firstByte);
    require("idle", idle);
  }

  private static void require(String name, Duration value) {
    if (value.toMillis() < 1 || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(name + " must be 1 ms to 1 day, for example 60s");
    }
  }
}
