package io.ruche.aiproxy.ledger.rows;

import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.journal.Unsettled;
import io.ruche.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adds requests to {@code ruche_ai.request} and, with those that were not there yet, to the sums in
 * {@code ruche_ai.usage}: one statement, so that both have a request or neither has, however often
 * it is sent.
 */
final class RowInsert {

  private record Column(
      String name,
      String type,
      Function<Unsettled, @Nullable Object> value,
      IntFunction<Object[]> array) {}

  private static final List<Column> COLUMNS =
      List.of(
          text("id", Start::id),
          new Column(
              "at",
              "timestamptz",
              row -> OffsetDateTime.ofInstant(row.start().at(), ZoneOffset.UTC),
              OffsetDateTime[]::new),
          text("tenant", Start::tenant),
          text("client", Start::client),
          text("source", start -> start.source().word()),
          text("command_id", Start::commandId),
          text("operation", Start::operation),
          text("model", Start::model),
          new Column("stream", "boolean", row -> row.start().stream(), Boolean[]::new),
          number("reserved_input_tokens", row -> row.start().reservedInputTokens()),
          number("reserved_output_tokens", row -> row.start().reservedOutputTokens()),
          number("reserved_cost_nano", row -> row.start().reservedNanoDollars()),
          ended("provider", End::provider),
          ended("upstream_model", End::upstreamModel),
          new Column(
              "status",
              "int",
              row -> row.end().status() == 0 ? null : (Integer) row.end().status(),
              Integer[]::new),
          ended("outcome", end -> end.outcome().word()),
          number("input_tokens", row -> row.end().inputTokens()),
          number("cached_tokens", row -> row.end().cachedTokens()),
          number("output_tokens", row -> row.end().outputTokens()),
          ended("usage_source", end -> end.usage().word()),
          number("cost_nano", row -> row.end().nanoDollars()),
          number("first_byte_us", row -> known(row.end().firstByteMicros())),
          number("duration_us", row -> known(row.end().durationMicros())));

  /** With the rows of some tenants noted as still to be told. */
  private static final String TELLING_SQL =
      sql(
          ", untold AS (INSERT INTO ruche_ai.untold (id) SELECT id FROM added WHERE tenant = ANY ($"
              + (COLUMNS.size() + 1)
              + "::text[]) ON CONFLICT (id) DO NOTHING)");

  private static final String SQL = sql("");

  private final Postgres postgres;
  private volatile String[] toldTenants = {};

  RowInsert(Postgres postgres) {
    this.postgres = postgres;
  }

  /** The tenants whose rows are noted as still to be told, from now on. */
  void tell(Collection<String> tenants) {
    toldTenants = tenants.toArray(String[]::new);
  }

  /** Completes when all rows are there; adds none when it fails, unless no answer came. */
  Future<Void> insert(List<Unsettled> rows) {
    Tuple values = Tuple.tuple();
    for (Column column : COLUMNS) {
      values.addValue(rows.stream().map(column.value()).toArray(column.array()));
    }
    String[] told = toldTenants;
    return told.length == 0
        ? postgres.query(SQL, values).mapEmpty()
        : postgres.query(TELLING_SQL, values.addArrayOfString(told)).mapEmpty();
  }

  private static String sql(String also) {
    String names = COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));
    String arrays =
        Stream.iterate(1, n -> n + 1)
            .limit(COLUMNS.size())
            .map(n -> "$" + n + "::" + COLUMNS.get(n - 1).type() + "[]")
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
    ON CONFLICT (tenant, bucket, client, model) DO UPDATE SET
      requests = u.requests + excluded.requests,
      estimated_requests = u.estimated_requests + excluded.estimated_requests,
      input_tokens = u.input_tokens + excluded.input_tokens,
      cached_tokens = u.cached_tokens + excluded.cached_tokens,
      output_tokens = u.output_tokens + excluded.output_tokens,
      cost_nano = u.cost_nano + excluded.cost_nano
    """
        .formatted(names, arrays, also);
  }

  /** The columns and values of one row, for a file. */
  static List<String> names() {
    return COLUMNS.stream().map(Column::name).toList();
  }

  static List<@Nullable Object> values(Unsettled row) {
    return Arrays.asList(COLUMNS.stream().map(column -> column.value().apply(row)).toArray());
  }

  private static Column text(String name, Function<Start, @Nullable String> value) {
    return new Column(name, "text", row -> value.apply(row.start()), String[]::new);
  }

  private static Column ended(String name, Function<End, @Nullable String> value) {
    return new Column(name, "text", row -> value.apply(row.end()), String[]::new);
  }

  private static Column number(String name, Function<Unsettled, @Nullable Long> value) {
    return new Column(name, "bigint", value::apply, Long[]::new);
  }

  private static @Nullable Long known(long micros) {
    return micros == End.UNKNOWN ? null : (Long) micros;
  }
}
