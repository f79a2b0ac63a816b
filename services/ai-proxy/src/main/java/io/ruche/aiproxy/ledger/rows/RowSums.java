package io.ruche.aiproxy.ledger.rows;

import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.ledger.journal.Unsettled;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What rows that are known to be new add to {@code ruche_ai.usage}. */
final class RowSums {

  private static final long QUARTER = Duration.ofMinutes(15).toSeconds();

  private static final String SQL =
      """
      INSERT INTO ruche_ai.usage AS u (tenant, bucket, client, model, requests,
        estimated_requests, input_tokens, cached_tokens, output_tokens, cost_nano)
      SELECT * FROM unnest(?::text[], ?::timestamptz[], ?::text[], ?::text[], ?::bigint[],
        ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
      -- In the order of the other statement that adds to them.
      ORDER BY 1, 2, 3, 4
      """
          + RowInsert.ON_CONFLICT_ADD;

  private static final int SUMS = 6;

  private record Place(String tenant, long quarter, String client, String model) {

    static Place of(Start start) {
      long quarter = Math.floorDiv(start.at().getEpochSecond(), QUARTER) * QUARTER;
      return new Place(start.tenant(), quarter, start.client(), start.model());
    }
  }

  private RowSums() {}

  /** Adds them, in the transaction of the connection. */
  static void add(Connection connection, List<Unsettled> rows) throws SQLException {
    Map<Place, long[]> sums = new HashMap<>();
    for (Unsettled row : rows) {
      long[] sum = sums.computeIfAbsent(Place.of(row.start()), place -> new long[SUMS]);
      End end = row.end();
      sum[0]++;
      sum[1] += end.usage() == UsageSource.ESTIMATED ? 1 : 0;
      sum[2] += end.inputTokens();
      sum[3] += end.cachedTokens();
      sum[4] += end.outputTokens();
      sum[5] += end.nanoDollars();
    }
    List<Map.Entry<Place, long[]>> all = List.copyOf(sums.entrySet());
    try (PreparedStatement statement = connection.prepareStatement(SQL)) {
      String[] tenants = new String[all.size()];
      Timestamp[] quarters = new Timestamp[all.size()];
      String[] clients = new String[all.size()];
      String[] models = new String[all.size()];
      for (int i = 0; i < all.size(); i++) {
        Place place = all.get(i).getKey();
        tenants[i] = place.tenant();
        quarters[i] = Timestamp.from(Instant.ofEpochSecond(place.quarter()));
        clients[i] = place.client();
        models[i] = place.model();
      }
      statement.setArray(1, array(connection, "text", tenants));
      statement.setArray(2, array(connection, "timestamptz", quarters));
      statement.setArray(3, array(connection, "text", clients));
      statement.setArray(4, array(connection, "text", models));
      for (int sum = 0; sum < SUMS; sum++) {
        int which = sum;
        Long[] values = all.stream().map(entry -> entry.getValue()[which]).toArray(Long[]::new);
        statement.setArray(5 + sum, array(connection, "bigint", values));
      }
      statement.executeUpdate();
    }
  }

  private static Array array(Connection connection, String type, Object[] values)
      throws SQLException {
    return connection.createArrayOf(type, values);
  }
}
