package io.ruche.embedservice.registry;

import io.ruche.embedservice.document.Chunk;
import io.ruche.embedservice.index.Space;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The chunks that there are. What the index has beyond them is nothing. */
public final class ChunkTable {

  /** A chunk with the document that it is of. */
  public record Found(
      ChunkRow row, String document, String title, String language, JsonObject metadata) {}

  private static final String COLUMNS =
      """
      k.id, k.ordinal, k.start_at, k.end_at, k.first_page, k.last_page, k.headings, k.body, k.hash,
      k.tokens, k.dropped
      """;

  private static final String OF =
      "SELECT "
          + COLUMNS
          + """
          FROM ruche_embed.chunk k JOIN ruche_embed.model m ON m.id = k.model
          WHERE k.document = $1 AND m.identity = $2 ORDER BY k.ordinal
          """;

  private static final String FIND =
      "SELECT "
          + COLUMNS
          + """
          , d.name, d.title, d.language, d.metadata
          FROM ruche_embed.chunk k
          JOIN ruche_embed.document d ON d.id = k.document
          JOIN ruche_embed.collection c ON c.id = d.collection
          WHERE c.tenant = $1 AND c.name = $2 AND k.id = ANY($3)
            AND k.model = (SELECT id FROM ruche_embed.model WHERE identity = $4)
          """;

  private final Database database;

  public ChunkTable(Database database) {
    this.database = database;
  }

  /** The chunks of a document for a model, in order. */
  public Future<List<ChunkRow>> of(long document, String model) {
    return database
        .rows(OF, document, model)
        .map(rows -> rows.stream().map(ChunkTable::read).toList());
  }

  /** Those of the ids that a space has for a model. */
  public Future<Map<UUID, Found>> find(Space space, String model, Collection<UUID> ids) {
    return database
        .rows(FIND, space.tenant(), space.collection(), ids.toArray(UUID[]::new), model)
        .map(
            rows -> {
              Map<UUID, Found> found = new HashMap<>();
              for (Row row : rows) {
                found.put(
                    row.getUUID(0),
                    new Found(
                        read(row),
                        row.getString(11),
                        row.getString(12),
                        row.getString(13),
                        row.getJsonObject(14)));
              }
              return found;
            });
  }

  /** Adds the chunks of a document for a model that is being filled, if the version is still it. */
  public Future<Boolean> fill(long document, long version, String model, List<ChunkRow> rows) {
    return database.inTransaction(
        connection ->
            Database.rows(
                    connection,
                    """
                    UPDATE ruche_embed.document SET version = version + 1
                    WHERE id = $1 AND version = $2 AND state = 'indexed' RETURNING 1
                    """,
                    document,
                    version)
                .compose(
                    same ->
                        same.isEmpty()
                            ? Future.succeededFuture(false)
                            : Database.rows(
                                    connection,
                                    """
                                    DELETE FROM ruche_embed.chunk k USING ruche_embed.model m
                                    WHERE k.document = $1 AND m.id = k.model AND m.identity = $2
                                    """,
                                    document,
                                    model)
                                .compose(gone -> Commit.insert(connection, document, model, rows))
                                .map(true)));
  }

  private static ChunkRow read(Row row) {
    List<String> headings = new ArrayList<>();
    JsonArray given = row.getJsonArray(6);
    given.forEach(heading -> headings.add(String.valueOf(heading)));
    return new ChunkRow(
        row.getUUID(0),
        new Chunk(
            row.getInteger(1),
            row.getInteger(2),
            row.getInteger(3),
            row.getInteger(4),
            row.getInteger(5),
            headings,
            row.getString(7)),
        row.getBuffer(8),
        row.getInteger(9),
        row.getInteger(10));
  }
}
