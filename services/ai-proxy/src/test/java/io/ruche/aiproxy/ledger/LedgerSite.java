package io.ruche.aiproxy.ledger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.auth.KeyStore;
import io.ruche.config.ByteSize;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A ledger and what it needs, as one process has them. */
public final class LedgerSite implements AutoCloseable {

  /** The least that there can be. */
  static final ByteSize SMALL = new ByteSize(64L << 20);

  private static final ByteSize ROOMY = new ByteSize(256L << 20);

  private final Vertx vertx = Vertx.vertx();
  private final Postgres postgres;
  private final Ledger ledger;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  private LedgerSite(String postgresUrl, Path journal, ByteSize limit) {
    postgres =
        new Postgres(
            vertx,
            PostgresUrl.parse(postgresUrl),
            PostgresConfig.defaults(),
            List.of(KeyStore.SCHEMA, Ledger.SCHEMA));
    LedgerConfig config =
        new LedgerConfig(journal, limit, Duration.ofMillis(100), Duration.ofDays(400), "local");
    ledger = new Ledger(vertx, postgres, config, journal, metrics);
  }

  /** Starts one; PostgreSQL may be away. */
  public static LedgerSite start(String postgresUrl, Path journal) throws TimeoutException {
    return start(postgresUrl, journal, ROOMY);
  }

  static LedgerSite start(String postgresUrl, Path journal, ByteSize limit)
      throws TimeoutException {
    LedgerSite site = new LedgerSite(postgresUrl, journal, limit);
    site.postgres.start().await(5, TimeUnit.SECONDS);
    site.ledger.start().await(20, TimeUnit.SECONDS);
    return site;
  }

  public Ledger ledger() {
    return ledger;
  }

  public Postgres postgres() {
    return postgres;
  }

  public Vertx vertx() {
    return vertx;
  }

  double metric(String name) {
    return metrics.get(name).meter().measure().iterator().next().getValue();
  }

  @Override
  public void close() throws TimeoutException {
    ledger.stop().await(60, TimeUnit.SECONDS);
    postgres.stop().await(10, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
  }
}
