package io.ruche.store;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;

/** Bounds of one process's use of PostgreSQL. */
public record PostgresConfig(
    @Description("Connections at most, beside two kept for readiness and keys.") @Default("8")
        int connections,
    @Description("Queries that may wait for a connection; more fail at once.") @Default("256")
        int waiting,
    @Description("Longest wait for a connection to open.") @Default("2s") Duration connectTimeout,
    @Description("Longest wait for a query, its wait for a connection included.") @Default("5s")
        Duration queryTimeout) {

  public PostgresConfig {
    if (connections < 1 || connections > 500) {
      throw new IllegalArgumentException("connections must be between 1 and 500");
    }
    if (waiting < 0 || waiting > 100_000) {
      throw new IllegalArgumentException("waiting must be between 0 and 100000");
    }
    if (connectTimeout.toMillis() < 100 || connectTimeout.toSeconds() > 60) {
      throw new IllegalArgumentException("connect-timeout must be between 100ms and 60s");
    }
    if (queryTimeout.toMillis() < 100 || queryTimeout.toSeconds() > 600) {
      throw new IllegalArgumentException("query-timeout must be between 100ms and 10m");
    }
  }

  /** What holds where nothing is configured. */
  public static PostgresConfig defaults() {
    return new PostgresConfig(8, 256, Duration.ofSeconds(2), Duration.ofSeconds(5));
  }
}
