package io.ruche.aiproxy.ledger.report;

import java.util.List;

/** The sums that a query asked for, and all of them together. */
public record UsageReport(UsageQuery query, List<UsageRow> rows, UsageRow total) {

  UsageReport(UsageQuery query, List<UsageRow> rows) {
    this(query, List.copyOf(rows), rows.stream().reduce(UsageRow.ZERO, UsageRow::plus));
  }
}
