package io.ruche.aiproxy.ledger.rows;

import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.journal.Unsettled;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The columns of {@code ruche_ai.request} that are written, and where each has its value from. */
final class RowColumns {

  /**
   * A column.
   *
   * @param type as PostgreSQL calls it
   * @param value of a row: a String, Long, Integer, Boolean or OffsetDateTime, or null
   * @param array makes one for the values of many rows
   */
  record Column(
      String name,
      String type,
      Function<Unsettled, @Nullable Object> value,
      IntFunction<Object[]> array) {}

  static final List<Column> ALL =
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

  private RowColumns() {}

  /** Their names, as a statement lists them. */
  static String listed() {
    return String.join(", ", names());
  }

  static List<String> names() {
    return ALL.stream().map(Column::name).toList();
  }

  static List<@Nullable Object> values(Unsettled row) {
    return Arrays.asList(ALL.stream().map(column -> column.value().apply(row)).toArray());
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
