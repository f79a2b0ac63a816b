package io.ruche.aiproxy.routing.circuit;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;

/** When a circuit opens, and when it is tried again. */
public record CircuitRules(
    @Description("Failures of a provider's model in a row that open its circuit.") @Default("5")
        int failures,
    @Description("Time over which the share of failures is looked at.") @Default("10s")
        Duration window,
    @Description("Fewest attempts in that time for the share to mean anything.") @Default("20")
        int calls,
    @Description("Share of failures, 0 to 1, from which on the circuit opens.") @Default("0.5")
        double share,
    @Description("How long it stays open before one request tries; doubled at each failure.")
        @Default("1s")
        Duration firstWait,
    @Description("Longest that it stays open before one request tries again.") @Default("1m")
        Duration longestWait) {

  /** Rejects rules by which a circuit would always or never be open. */
  public CircuitRules {
    if (failures < 1) {
      throw new IllegalArgumentException("failures must be 1 or more, not " + failures);
    }
    if (calls < 1) {
      throw new IllegalArgumentException("calls must be 1 or more, not " + calls);
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be above 0 and at most 1, for example 0.5");
    }
    require("window", window, Duration.ofHours(1));
    require("first-wait", firstWait, Duration.ofHours(1));
    require("longest-wait", longestWait, Duration.ofHours(1));
    if (longestWait.compareTo(firstWait) < 0) {
      throw new IllegalArgumentException("longest-wait must not be shorter than first-wait");
    }
  }

  private static void require(String name, Duration value, Duration longest) {
    if (value.toMillis() < 10 || value.compareTo(longest) > 0) {
      throw new IllegalArgumentException(name + " must be 10 ms to 1 hour, for example 10s");
    }
  }
}
