package io.ruche.aiproxy.http.usage;

import io.ruche.aiproxy.ledger.report.Dimension;
import io.ruche.aiproxy.ledger.report.UsageQuery;
import io.ruche.aiproxy.ledger.report.UsageReport;
import io.ruche.aiproxy.ledger.report.UsageRow;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/** A report as JSON. */
final class UsageJson {

  private UsageJson() {}

  static Buffer of(UsageReport report) {
    UsageQuery query = report.query();
    JsonArray group = new JsonArray();
    query.group().forEach(dimension -> group.add(dimension.word()));
    JsonArray data = new JsonArray();
    report.rows().forEach(row -> data.add(sum(query.group(), row)));
    return new JsonObject()
        .put("object", "usage")
        .put("from", query.from().toString())
        .put("to", query.to().toString())
        .put("zone", query.zone().getId())
        .put("group", group)
        .put("data", data)
        .put("total", sum(Set.of(), report.total()))
        .toBuffer();
  }

  private static JsonObject sum(Set<Dimension> group, UsageRow row) {
    JsonObject sum = new JsonObject();
    group.forEach(
        dimension -> sum.put(dimension.word(), String.valueOf(UsageCsv.value(dimension, row))));
    return sum.put("requests", row.requests())
        .put("estimated_requests", row.estimatedRequests())
        .put("input_tokens", row.inputTokens())
        .put("cached_tokens", row.cachedTokens())
        .put("output_tokens", row.outputTokens())
        .put("cost_usd", row.usd());
  }
}
