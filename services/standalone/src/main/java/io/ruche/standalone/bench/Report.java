package io.ruche.standalone.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What was measured: by row and column the values of all runs, shown as their median. */
public final class Report {

  private static final int LABEL_WIDTH = 46;
  private static final int VALUE_WIDTH = 26;

  /**
   * A line of the table.
   *
   * @param unit {@code /s}, {@code ms}, {@code us}, {@code MiB} or {@code x} (a ratio)
   * @param target as the reader is to compare it, or empty
   */
  private record Row(String unit, String target, Map<String, List<Double>> values) {}

  private final String name;
  private final List<String> columns;
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param columns what is compared, such as the brokers; shown also when nothing was measured
   */
  public Report(String name, List<String> columns) {
    this.name = name;
    this.columns = List.copyOf(columns);
  }

  /** Declares a row, so that rows stand in the order of their declaration. */
  public void row(String label, String unit, String target) {
    rows.putIfAbsent(label, new Row(unit, target, new LinkedHashMap<>()));
  }

  /** Adds what one run gave. */
  public void add(String label, String column, double value) {
    Row row = rows.get(label);
    if (row == null || !columns.contains(column)) {
      throw new IllegalArgumentException("no row '" + label + "' or no column '" + column + "'");
    }
    row.values.computeIfAbsent(column, key -> new ArrayList<>()).add(value);
  }

  /** Adds a line that the figures cannot be understood without. */
  public void note(String text) {
    notes.add(text);
  }

  /** The table as text, each cell a median and, after several runs, the least and the most. */
  public String toText() {
    StringBuilder text = new StringBuilder("bench ").append(name).append('\n');
    notes.forEach(note -> text.append("  ").append(note).append('\n'));
    text.append('\n').append(pad("", LABEL_WIDTH));
    columns.forEach(column -> text.append(padLeft(column, VALUE_WIDTH)));
    text.append("   target\n");
    rows.forEach(
        (label, row) -> {
          if (!row.values.isEmpty()) {
            text.append(pad(label, LABEL_WIDTH));
            columns.forEach(column -> text.append(padLeft(cell(row, column), VALUE_WIDTH)));
            text.append(row.target.isEmpty() ? "" : "   " + row.target).append('\n');
          }
        });
    return text.toString();
  }

  private static String cell(Row row, String column) {
    List<Double> values = row.values.get(column);
    if (values == null) {
      return "-";
    }
    double[] sorted = sorted(values);
    String median = format(median(sorted), row.unit) + (row.unit.equals("x") ? "" : " " + row.unit);
    return sorted.length == 1
        ? median
        : "%s (%s-%s)"
            .formatted(
                median, format(sorted[0], row.unit), format(sorted[sorted.length - 1], row.unit));
  }

  private static String format(double value, String unit) {
    boolean small = unit.equals("x") || (unit.equals("ms") && value < 10);
    return String.format(Locale.ROOT, small ? "%.2f" : unit.equals("/s") ? "%,.0f" : "%.1f", value);
  }

  /** The same for programs, with every run's value. */
  public JsonObject toJson() {
    JsonArray lines = new JsonArray();
    rows.forEach(
        (label, row) -> {
          JsonObject values = new JsonObject();
          row.values.forEach(
              (column, runs) ->
                  values.put(
                      column,
                      new JsonObject()
                          .put("median", median(sorted(runs)))
                          .put("runs", new JsonArray(runs))));
          lines.add(
              new JsonObject()
                  .put("name", label.strip())
                  .put("unit", row.unit)
                  .put("target", row.target)
                  .put("values", values));
        });
    return new JsonObject()
        .put("benchmark", name)
        .put("notes", new JsonArray(notes))
        .put("rows", lines);
  }

  private static double[] sorted(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  private static String padLeft(String text, int width) {
    return " ".repeat(Math.max(1, width - text.length())) + text;
  }

  @Override
  public String toString() {
    return name + " " + rows.keySet().stream().collect(Collectors.joining(", "));
  }
}
