package io.ruche.aiproxy.ledger.rows;

import io.ruche.aiproxy.ledger.journal.Unsettled;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The file {@value #NAME} beside the journal: rows that PostgreSQL will never take, one JSON object
 * a line with the reason, for an operator to mend and insert by hand.
 */
final class RefusedRows {

  static final String NAME = "refused.jsonl";

  private final Path file;

  RefusedRows(Path folder) {
    this.file = folder.resolve(NAME);
  }

  /** Adds a row; it is on the disk when the method returns. */
  void add(Unsettled row, String reason) throws IOException {
    JsonObject line = new JsonObject().put("refused", reason);
    List<String> names = RowColumns.names();
    List<?> values = RowColumns.values(row);
    for (int i = 0; i < names.size(); i++) {
      Object value = values.get(i);
      line.put(
          names.get(i), value instanceof Number || value instanceof Boolean ? value : text(value));
    }
    byte[] bytes = (line.encode() + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
  }

  private static @org.jspecify.annotations.Nullable String text(
      @org.jspecify.annotations.Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
