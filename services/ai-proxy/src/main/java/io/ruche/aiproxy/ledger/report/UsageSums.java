package io.ruche.aiproxy.ledger.report;

import io.ruche.http.Failure;
import io.ruche.store.Postgres;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads sums out of {@code ruche_ai.usage}. */
public final class UsageSums {

  /** The most rows of one report. */
  public static final int MOST_ROWS = 10_000;

  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Postgres postgres;

  public UsageSums(Postgres postgres) {
    this.postgres = postgres;
  }

  /** Fails with a {@link Failure}: 422 when there are too many rows, 503 without PostgreSQL. */
  public Future<UsageReport> read(UsageQuery query) {
    Tuple values =
        Tuple.of(
            utc(query.begins()),
            utc(query.ends()),
            query.tenant(),
            query.key(),
            query.model(),
            query.zone().getId());
    return postgres
        .query(sql(query.group()), values)
        .recover(failure -> Future.failedFuture(failure(failure)))
        .map(rows -> report(query, rows));
  }

  private static Failure failure(Throwable cause) {
    // 22023: PostgreSQL's own list of time zones lacks this one.
    if (cause instanceof PgException refusal && "22023".equals(refusal.getSqlState())) {
      return Failure.unprocessable(
          "zone is not known to the database",
          List.of(new Failure.Flaw("query zone", "is not known to the database")));
    }
    return Failure.unavailable("The database of the ledger does not answer.", RETRY)
        .withCause(cause);
  }

  private static OffsetDateTime utc(Instant moment) {
    return OffsetDateTime.ofInstant(moment, ZoneOffset.UTC);
  }

  /** One statement for each set of dimensions; what was not asked for is null and not grouped. */
  private static String sql(Set<Dimension> group) {
    List<String> columns = new ArrayList<>();
    List<String> by = new ArrayList<>();
    for (Dimension dimension : Dimension.values()) {
      String column =
          switch (dimension) {
            case DAY -> "(bucket AT TIME ZONE $6::text)::date";
            case TENANT -> "tenant";
            case KEY -> "client";
            case MODEL -> "model";
          };
      boolean asked = group.contains(dimension);
      columns.add((asked ? column : "NULL::text") + " AS " + dimension.word());
      if (asked) {
        by.add(Integer.toString(columns.size()));
      }
    }
    String numbers = by.isEmpty() ? "" : String.join(", ", by);
    return "SELECT "
        + String.join(", ", columns)
        + ", coalesce(sum(requests), 0)::bigint, coalesce(sum(estimated_requests), 0)::bigint,"
        + " coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(cached_tokens), 0)::bigint,"
        + " coalesce(sum(output_tokens), 0)::bigint, coalesce(sum(cost_nano), 0)::bigint"
        + " FROM ruche_ai.usage WHERE bucket >= $1 AND bucket < $2"
        + " AND ($3::text IS NULL OR tenant = $3) AND ($4::text IS NULL OR client = $4)"
        + " AND ($5::text IS NULL OR model = $5) AND $6::text IS NOT NULL"
        + (by.isEmpty() ? "" : " GROUP BY " + numbers + " ORDER BY " + numbers)
        + " LIMIT "
        + (MOST_ROWS + 1);
  }

  private static UsageReport report(UsageQuery query, RowSet<Row> rows) {
    if (rows.size() > MOST_ROWS) {
      throw Failure.unprocessable(
          "The report would have more than "
              + MOST_ROWS
              + " rows; ask for fewer days or a smaller group.");
    }
    List<UsageRow> sums = new ArrayList<>();
    for (Row row : rows) {
      sums.add(
          new UsageRow(
              asked(query, Dimension.DAY) ? row.getLocalDate(0) : null,
              text(query, Dimension.TENANT, row),
              text(query, Dimension.KEY, row),
              text(query, Dimension.MODEL, row),
              row.getLong(4),
              row.getLong(5),
              row.getLong(6),
              row.getLong(7),
              row.getLong(8),
              row.getLong(9)));
    }
    return new UsageReport(query, sums);
  }

  private static boolean asked(UsageQuery query, Dimension dimension) {
    return query.group().contains(dimension);
  }

  private static @Nullable String text(UsageQuery query, Dimension dimension, Row row) {
    return asked(query, dimension) ? row.getString(dimension.word()) : null;
  }
}
