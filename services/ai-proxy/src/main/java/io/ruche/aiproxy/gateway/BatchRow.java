package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.aiproxy.ledger.entry.Outcome;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.objects.ProviderObject;
import io.ruche.aiproxy.routing.price.Price;
import io.ruche.aiproxy.routing.price.PriceList;
import io.ruche.aiproxy.usage.Usage;
import io.ruche.auth.ApiKey;
import io.ruche.bus.envelope.Ulid;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;

/**
 * The rows of one batch: first that it was made, by whom and where; and once it is over, one for
 * each model with what its requests used.
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
   * The rows of what the requests of a batch used. They bear the same ids whenever they are made,
   * so that the ledger has each once.
   *
   * @param prices by which they cost, as of today
   * @param byModel by the provider's name of the model
   */
  public static void used(
      Ledger ledger,
      Clock clock,
      PriceList prices,
      ProviderObject batch,
      Map<String, Usage> byModel) {
    Instant now = clock.instant();
    long day = Math.floorDiv(now.getEpochSecond(), Duration.ofDays(1).toSeconds());
    byModel.forEach(
        (model, usage) -> {
          Price price = prices.at(batch.provider(), model, day);
          long cost =
              price == null
                  ? 0
                  : price.batchCost(usage.input(), usage.cachedInput(), usage.output());
          Start start =
              new Start(
                  id(batch, model),
                  now,
                  batch.tenant(),
                  batch.client(),
                  Source.HTTP,
                  null,
                  BATCH,
                  model,
                  false,
                  usage.input(),
                  usage.output(),
                  cost);
          ledger
              .begin(start)
              .end(
                  new End(
                      batch.provider(),
                      model,
                      200,
                      Outcome.OK,
                      usage.input(),
                      usage.cachedInput(),
                      usage.output(),
                      usage.source(),
                      cost,
                      End.UNKNOWN,
                      End.UNKNOWN));
        });
  }

  /** In the order of time it has no place; no request that came by itself has such an id. */
  private static String id(ProviderObject batch, String model) {
    String all = batch.provider() + '\n' + batch.id() + '\n' + model;
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return "batch-" + HexFormat.of().formatHex(digest, 0, 24);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
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
