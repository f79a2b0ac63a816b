package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.aiproxy.ledger.entry.Outcome;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.auth.ApiKey;
import io.ruche.bus.envelope.Ulid;
import java.time.Clock;

/**
 * The row of one batch: that it was made, by whom and where. What its requests use is billed by the
 * provider later, and is not in the ledger.
 */
public final class BatchRow {

  private static final String BATCH = "batch";

  private final Entry entry;
  private final long beganNanos = System.nanoTime();

  private BatchRow(Entry entry) {
    this.entry = entry;
  }

  static BatchRow begin(Ledger ledger, Clock clock, ApiKey key) {
    return new BatchRow(
        ledger.begin(
            new Start(
                Ulid.next(),
                clock.instant(),
                key.tenant(),
                key.name(),
                Source.HTTP,
                null,
                BATCH,
                BATCH,
                false,
                0,
                0,
                0)));
  }

  /**
   * The provider has answered.
   *
   * @param status 0 when it has not
   */
  public void end(String provider, int status) {
    Outcome outcome =
        status == 0
            ? Outcome.PROVIDER_FAILED
            : status < 300 ? Outcome.OK : Outcome.REFUSED_BY_PROVIDER;
    entry.end(
        new End(
            provider,
            null,
            status,
            outcome,
            0,
            0,
            0,
            UsageSource.NONE,
            0,
            End.UNKNOWN,
            (System.nanoTime() - beganNanos) / 1_000));
  }
}
