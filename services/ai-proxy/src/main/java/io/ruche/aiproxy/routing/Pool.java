package io.ruche.aiproxy.routing;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;

/** Bounds of the kept-alive HTTP/1.1 connections to a provider. */
public record Pool(
    @Description("Most connections to the provider at a time, for each event loop.") @Default("512")
        int size,
    @Description(
            "Most requests that wait for a connection to come free or to open while all are taken,"
                + " for each event loop; past it 503.")
        @Default("1024")
        int queue,
    @Description("How long an unused connection is kept; shorter than the provider keeps it.")
        @Default("30s")
        Duration idle) {

  /** Rejects a pool that could carry nothing. */
  public Pool {
    if (size < 1 || size > 65_536) {
      throw new IllegalArgumentException("size must be 1 to 65536, not " + size);
    }
    if (queue < 1) {
      throw new IllegalArgumentException("queue must be 1 or more, not " + queue);
    }
    if (idle.toSeconds() < 1 || idle.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("idle must be 1 second to 1 day, for example 30s");
    }
  }
}
