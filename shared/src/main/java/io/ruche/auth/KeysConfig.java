package io.ruche.auth;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;

/** How a process keeps its knowledge of keys current. */
public record KeysConfig(
    @Description(
            "How long known keys go on working while neither PostgreSQL nor the hot Redis answers.")
        @Default("15m")
        Duration grace,
    @Description("How often each of the two is asked for changes; a revoked key stops within it.")
        @Default("400ms")
        Duration poll,
    @Description("How often all keys are read again, against changes made behind Ruche's back.")
        @Default("60s")
        Duration reload) {

  public KeysConfig {
    if (grace.toSeconds() < 2 || grace.toDays() > 30) {
      throw new IllegalArgumentException("grace must be between 2s and 30d");
    }
    if (poll.toMillis() < 10 || poll.toMillis() > 500) {
      throw new IllegalArgumentException("poll must be between 10ms and 500ms");
    }
    if (reload.toSeconds() < 1 || reload.toHours() > 24) {
      throw new IllegalArgumentException("reload must be between 1s and 24h");
    }
  }

  /** What holds where nothing is configured. */
  public static KeysConfig defaults() {
    return new KeysConfig(Duration.ofMinutes(15), Duration.ofMillis(400), Duration.ofSeconds(60));
  }
}
