package io.ruche.aiproxy.ledger.rows;

import io.ruche.aiproxy.ledger.journal.Unsettled;
import io.ruche.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Adds requests to {@code ruche_ai.request} and, with those that were not there yet, to the sums in
 * {@code ruche_ai.usage}: one statement, so that both have a request or neither has, however often
 * it is sent. For few rows, and for those that may have been sent before; see {@link RowCopy}.
 */
final class RowInsert {

  /** How an {@code INSERT INTO ruche_ai.usage AS u} adds to the sums that are there. */
  static final String ON_CONFLICT_ADD =
      """
      ON CONFLICT (tenant, bucket, client, model) DO UPDATE SET
        requests = u.requests + excluded.requests,
        estimated_requests = u.estimated_requests + excluded.estimated_requests,
        input_tokens = u.input_tokens + excluded.input_tokens,
        cached_tokens = u.cached_tokens + excluded.cached_tokens,
        output_tokens = u.output_tokens + excluded.output_tokens,
        cost_nano = u.cost_nano + excluded.cost_nano
      """;

  /** With the rows of some tenants noted as still to be told. */
  private static final String TELLING_SQL =
      sql(
          ", untold AS (INSERT INTO ruche_ai.untold (id) SELECT id FROM added WHERE tenant = ANY ($"
              + (RowColumns.ALL.size() + 1)
              + "::text[]) ON CONFLICT (id) DO NOTHING)");

  private static final String SQL = sql("");

  private final Postgres postgres;

  RowInsert(Postgres postgres) {
    this.postgres = postgres;
  }

  /**
   * Completes when all rows are there; adds none when it fails, unless no answer came.
   *
   * @param told the tenants whose rows are noted as still to be told
   */
  Future<Void> insert(List<Unsettled> rows, Set<String> told) {
    Tuple values = Tuple.tuple();
    for (RowColumns.Column column : RowColumns.ALL) {
      values.addValue(rows.stream().map(column.value()).toArray(column.array()));
    }
    return told.isEmpty()
        ? postgres.query(SQL, values).mapEmpty()
        : postgres
            .query(TELLING_SQL, values.addArrayOfString(told.toArray(String[]::new)))
            .mapEmpty();
  }

  private static String sql(String also) {
    String arrays =
        Stream.iterate(1, n -> n + 1)
            .limit(RowColumns.ALL.size())
            .map(n -> "$" + n + "::" + RowColumns.ALL.get(n - 1).type() + "[]")
            .collect(Collectors.joining(", "));
    return """
    WITH added AS (
      INSERT INTO ruche_ai.request (%s)
      SELECT * FROM unnest(%s)
      ON CONFLICT (id) DO NOTHING
      RETURNING id, at, tenant, client, model, usage_source, input_tokens, cached_tokens,
        output_tokens, cost_nano)%s
    INSERT INTO ruche_ai.usage AS u (tenant, bucket, client, model, requests, estimated_requests,
      input_tokens, cached_tokens, output_tokens, cost_nano)
    SELECT tenant, date_bin('15 minutes', at, 'epoch'), client, model, count(*),
      count(*) FILTER (WHERE usage_source = 'estimated'), sum(input_tokens), sum(cached_tokens),
      sum(output_tokens), sum(cost_nano)
    FROM added GROUP BY 1, 2, 3, 4
    -- In one order everywhere, so that two processes never wait for each other.
    ORDER BY 1, 2, 3, 4
    %s
    """
        .formatted(RowColumns.listed(), arrays, also, ON_CONFLICT_ADD);
  }
}
