package io.ruche.aiproxy.ledger.report;

import io.ruche.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The rows of which their tenants are still to hear. Several processes may tell at a time. */
public final class Untold {

  /** Whoever has not told a row by then is taken for dead, and another one tells it. */
  static final String CLAIM = "30 seconds";

  private static final String CLAIM_SQL =
      """
      WITH claimed AS (
        UPDATE ruche_ai.untold SET claimed_until = now() + interval '%s'
        WHERE id = ANY (ARRAY(
          SELECT id FROM ruche_ai.untold WHERE claimed_until < now()
          ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED))
        RETURNING id)
      SELECT c.id, r.at, r.tenant, r.client, r.source, r.command_id, r.operation, r.model,
        r.provider, r.upstream_model, r.status, r.outcome, r.input_tokens, r.cached_tokens,
        r.output_tokens, r.usage_source, r.cost_nano
      FROM claimed c LEFT JOIN ruche_ai.request r USING (id) ORDER BY c.id
      """
          .formatted(CLAIM);

  private static final String FORGET_SQL = "DELETE FROM ruche_ai.untold WHERE id = ANY ($1)";

  private final Postgres postgres;

  /** Rows in a database that has the ledger's schema. */
  public Untold(Postgres postgres) {
    this.postgres = postgres;
  }

  /**
   * What somebody is to tell within half a minute.
   *
   * @param gone rows that are not kept any more, so that there is nothing to tell
   */
  public record Claimed(List<RecordedRow> rows, List<String> gone) {}

  /** Takes the oldest that nobody else is telling. Fails when PostgreSQL is away. */
  public Future<Claimed> claim(int most) {
    return postgres
        .query(CLAIM_SQL, Tuple.of(most))
        .map(
            answer -> {
              List<RecordedRow> rows = new ArrayList<>();
              List<String> gone = new ArrayList<>();
              for (Row row : answer) {
                if (row.getOffsetDateTime("at") == null) {
                  gone.add(row.getString("id"));
                } else {
                  rows.add(read(row));
                }
              }
              return new Claimed(rows, gone);
            });
  }

  private static RecordedRow read(Row row) {
    return new RecordedRow(
        row.getString("id"),
        row.getOffsetDateTime("at").toInstant(),
        row.getString("tenant"),
        row.getString("client"),
        row.getString("source"),
        row.getString("command_id"),
        row.getString("operation"),
        row.getString("model"),
        row.getString("provider"),
        row.getString("upstream_model"),
        row.getInteger("status"),
        row.getString("outcome"),
        row.getLong("input_tokens"),
        row.getLong("cached_tokens"),
        row.getLong("output_tokens"),
        row.getString("usage_source"),
        row.getLong("cost_nano"));
  }

  /** These have been told. */
  public Future<Void> forget(List<String> ids) {
    return ids.isEmpty()
        ? Future.succeededFuture()
        : postgres.query(FORGET_SQL, Tuple.of(ids.toArray(String[]::new))).mapEmpty();
  }
}
