package io.ruche.aiproxy;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.ledger.LedgerConfig;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.testing.TestFolder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A ledger whose rows stay in the journal, because there is no database. */
final class TestLedger {

  private TestLedger() {}

  static Ledger open(Vertx vertx, LedgerConfig config, MeterRegistry registry) {
    Postgres nowhere =
        new Postgres(
            vertx,
            PostgresUrl.parse("postgresql://nobody:none@127.0.0.1:1/none"),
            PostgresConfig.defaults(),
            List.of(Ledger.SCHEMA));
    try {
      return new Ledger(vertx, nowhere, config, TestFolder.make("ledger"), registry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
