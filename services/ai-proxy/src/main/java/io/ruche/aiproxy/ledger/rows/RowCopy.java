package io.ruche.aiproxy.ledger.rows;

import io.ruche.aiproxy.ledger.journal.Unsettled;
import io.ruche.store.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Adds many requests at once by COPY, at half the cost for PostgreSQL of {@link RowInsert}: with
 * their sums and notes in one transaction, or not at all. One that is there already fails it, so it
 * is for rows that were never sent before. One thread; blocks.
 */
final class RowCopy implements AutoCloseable {

  private static final String COPY =
      "COPY ruche_ai.request (" + RowColumns.listed() + ") FROM STDIN (FORMAT binary)";
  private static final String NOTE = "INSERT INTO ruche_ai.untold (id) SELECT unnest(?::text[])";

  private final Postgres postgres;
  private final CopyBuffer buffer = new CopyBuffer();
  private @Nullable Connection connection;

  RowCopy(Postgres postgres) {
    this.postgres = postgres;
  }

  /**
   * Returns once all rows are there; after a failure none is, unless the answer to the last step
   * was lost.
   *
   * @param told the tenants whose rows are noted as still to be told
   */
  void copy(List<Unsettled> rows, Set<String> told) throws SQLException {
    Connection open = connection();
    boolean done = false;
    try {
      send(open, rows);
      RowSums.add(open, rows);
      note(open, rows, told);
      open.commit();
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = postgres.connectBlocking("ruche-ledger");
      open.setAutoCommit(false);
      connection = open;
    }
    return open;
  }

  private void send(Connection open, List<Unsettled> rows) throws SQLException {
    buffer.begin();
    for (Unsettled row : rows) {
      buffer.row(RowColumns.ALL.size());
      for (RowColumns.Column column : RowColumns.ALL) {
        buffer.value(column.value().apply(row));
      }
    }
    byte[] bytes = buffer.end();
    CopyIn copy = open.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
    copy.writeToCopy(bytes, 0, buffer.length());
    copy.endCopy();
  }

  private static void note(Connection open, List<Unsettled> rows, Set<String> told)
      throws SQLException {
    if (told.isEmpty()) {
      return;
    }
    String[] ids =
        rows.stream()
            .map(Unsettled::start)
            .filter(start -> told.contains(start.tenant()))
            .map(start -> start.id())
            .toArray(String[]::new);
    if (ids.length > 0) {
      try (PreparedStatement statement = open.prepareStatement(NOTE)) {
        statement.setArray(1, open.createArrayOf("text", ids));
        statement.executeUpdate();
      }
    }
  }

  /** Gives the connection back; what was not committed is undone. */
  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException broken) {
        // It is gone, and the server undoes what it had begun.
      }
    }
  }
}
