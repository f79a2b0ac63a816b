package io.ruche.aiproxy.ledger.rows;

import io.ruche.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Deletes what has been kept long enough, some rows at a time. */
final class Retention {

  /** Rows of one statement: short, so that nothing waits for its locks. */
  static final int BATCH = 1_000;

  private static final String DELETE =
      "DELETE FROM ruche_ai.%1$s WHERE ctid = ANY (ARRAY("
          + "SELECT ctid FROM ruche_ai.%1$s WHERE %2$s < $1 LIMIT "
          + BATCH
          + "))";

  private final Postgres postgres;
  private final Duration keep;

  Retention(Postgres postgres, Duration keep) {
    this.postgres = postgres;
    this.keep = keep;
  }

  /** Deletes one batch of rows and one of sums; whether there may be more to delete. */
  Future<Boolean> deleteSome() {
    OffsetDateTime before = OffsetDateTime.ofInstant(Instant.now().minus(keep), ZoneOffset.UTC);
    return delete("request", "at", before)
        .compose(
            rows -> delete("usage", "bucket", before).map(sums -> rows == BATCH || sums == BATCH));
  }

  private Future<Integer> delete(String table, String column, OffsetDateTime before) {
    return postgres
        .query(DELETE.formatted(table, column), Tuple.of(before))
        .map(answer -> answer.rowCount());
  }
}
