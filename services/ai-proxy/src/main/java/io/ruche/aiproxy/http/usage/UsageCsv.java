package io.ruche.aiproxy.http.usage;

import io.ruche.aiproxy.ledger.report.Dimension;
import io.ruche.aiproxy.ledger.report.UsageReport;
import io.ruche.aiproxy.ledger.report.UsageRow;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A report as CSV (RFC 4180): a head, and a line for each row. */
final class UsageCsv {

  private static final String END = "\r\n";

  private UsageCsv() {}

  static String of(UsageReport report) {
    Set<Dimension> group = report.query().group();
    StringBuilder csv = new StringBuilder();
    group.forEach(dimension -> csv.append(dimension.word()).append(','));
    csv.append("requests,estimated_requests,input_tokens,cached_tokens,output_tokens,cost_usd")
        .append(END);
    for (UsageRow row : report.rows()) {
      for (Dimension dimension : group) {
        csv.append(cell(value(dimension, row))).append(',');
      }
      csv.append(row.requests()).append(',');
      csv.append(row.estimatedRequests()).append(',');
      csv.append(row.inputTokens()).append(',');
      csv.append(row.cachedTokens()).append(',');
      csv.append(row.outputTokens()).append(',');
      csv.append(row.usd()).append(END);
    }
    return csv.toString();
  }

  static @Nullable Object value(Dimension dimension, UsageRow row) {
    return switch (dimension) {
      case DAY -> row.day();
      case TENANT -> row.tenant();
      case KEY -> row.key();
      case MODEL -> row.model();
    };
  }

  /** A client chooses the names of its models, and a spreadsheet would run one as a formula. */
  static String cell(@Nullable Object value) {
    String text = String.valueOf(value);
    if (!text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0) {
      text = "'" + text;
    }
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
