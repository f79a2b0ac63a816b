package io.ruche.aiproxy.ledger.rows;

import io.ruche.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** What was spent, as far as PostgreSQL knows. */
final class Spending {

  private static final long QUARTER = Duration.ofMinutes(15).toSeconds();

  /** Whole quarters of an hour from the sums, and what is before the first one from the rows. */
  private static final String SQL =
      """
      SELECT ((SELECT coalesce(sum(cost_nano), 0) FROM ruche_ai.usage
               WHERE tenant = $1 AND bucket >= $4 AND ($2::text IS NULL OR client = $2))
            + (SELECT coalesce(sum(cost_nano), 0) FROM ruche_ai.request
               WHERE tenant = $1 AND at >= $3 AND at < $4 AND ($2::text IS NULL OR client = $2))
             )::bigint
      """;

  private final Postgres postgres;

  Spending(Postgres postgres) {
    this.postgres = postgres;
  }

  /** Nano-dollars of requests that came at or after a moment. */
  Future<Long> since(String tenant, @Nullable String client, Instant since) {
    Instant firstQuarter =
        Instant.ofEpochSecond(
            Math.ceilDiv(since.getEpochSecond() + (since.getNano() > 0 ? 1 : 0), QUARTER)
                * QUARTER);
    return postgres
        .query(SQL, Tuple.of(tenant, client, utc(since), utc(firstQuarter)))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private static OffsetDateTime utc(Instant moment) {
    return OffsetDateTime.ofInstant(moment, ZoneOffset.UTC);
  }
}
