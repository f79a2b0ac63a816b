package io.ruche.embedservice.registry;

import io.ruche.embedservice.document.Chunk;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Puts a version of a document into the place of the one before, in one transaction. */
public final class Commit {

  /** How a commit ended. */
  public enum End {
    DONE,
    /** A later command has spoken already, or the collection was deleted meanwhile. */
    SUPERSEDED,
    /** The collection has other models now than the version was made for. */
    OTHER_MODELS
  }

  /** Shared, so that a switch of models waits for commits in hand, and they for it. */
  private static final String COLLECTION =
      """
      SELECT a.identity, s.identity, c.dropped >= $2 FROM ruche_embed.collection c
      JOIN ruche_embed.model a ON a.id = c.active LEFT JOIN ruche_embed.model s ON s.id = c.shadow
      WHERE c.id = $1 FOR SHARE OF c
      """;

  private static final String OLD_OBJECT =
      """
      SELECT id FROM ruche_embed.document
      WHERE collection = $1 AND name = $2 AND s3_key IS DISTINCT FROM $3
      """;

  private static final String DOCUMENT =
      """
      INSERT INTO ruche_embed.document AS d (collection, name, state, accepted, fingerprint, sha256,
        size, content_type, file_name, s3_key, metadata, title, language, body, pages, headings,
        notes, chunks, truncated, dropped)
      VALUES ($1, $2, 'indexed', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
        $18, $19)
      ON CONFLICT (collection, name) DO UPDATE SET state = 'indexed', accepted = excluded.accepted,
        version = d.version + 1, fingerprint = excluded.fingerprint, sha256 = excluded.sha256,
        size = excluded.size, content_type = excluded.content_type,
        file_name = excluded.file_name, s3_key = excluded.s3_key, metadata = excluded.metadata,
        title = excluded.title, language = excluded.language, body = excluded.body,
        pages = excluded.pages, headings = excluded.headings, notes = excluded.notes,
        chunks = excluded.chunks, truncated = excluded.truncated, dropped = excluded.dropped,
        problem = NULL, changed = now()
      WHERE d.accepted <= excluded.accepted
      RETURNING d.id
      """;

  private static final String CHUNKS =
      """
      INSERT INTO ruche_embed.chunk (model, document, id, ordinal, start_at, end_at, first_page,
        last_page, headings, body, hash, tokens, dropped)
      SELECT m.id, $2, c.* FROM ruche_embed.model m,
        unnest($3::uuid[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::jsonb[],
          $10::text[], $11::bytea[], $12::int[], $13::int[]) AS c
      WHERE m.identity = $1
      """;

  private final Database database;

  public Commit(Database database) {
    this.database = database;
  }

  /** Writes the version, or nothing at all. */
  public Future<End> write(Version version) {
    return database.inTransaction(
        connection ->
            Database.rows(connection, COLLECTION, version.collection(), at(version))
                .compose(rows -> write(connection, version, rows.getFirst())));
  }

  private static Future<End> write(SqlConnection connection, Version version, Row collection) {
    if (collection.getBoolean(2)) {
      return Future.succeededFuture(End.SUPERSEDED);
    }
    Set<String> models = new HashSet<>();
    models.add(collection.getString(0));
    if (collection.getString(1) != null) {
      models.add(collection.getString(1));
    }
    Set<String> given = new HashSet<>();
    version.chunks().forEach(one -> given.add(one.model()));
    if (!given.equals(models)) {
      return Future.succeededFuture(End.OTHER_MODELS);
    }
    Object key = DocumentTable.orNone(version.s3Key());
    return Database.rows(connection, OLD_OBJECT, version.collection(), version.id(), key)
        .compose(
            old ->
                old.isEmpty()
                    ? Future.<Void>succeededFuture()
                    : Leftovers.disown(connection, old.getFirst().getLong(0)))
        .compose(noted -> connection.preparedQuery(DOCUMENT).execute(document(version)))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(End.SUPERSEDED)
                    : chunks(connection, rows.iterator().next().getLong(0), version).map(End.DONE));
  }

  private static Future<Void> chunks(SqlConnection connection, long document, Version version) {
    Future<Void> written =
        Database.rows(connection, "DELETE FROM ruche_embed.chunk WHERE document = $1", document)
            .mapEmpty();
    for (Version.ModelChunks one : version.chunks()) {
      written = written.compose(before -> insert(connection, document, one.model(), one.rows()));
    }
    return written;
  }

  /** Adds chunks of a document for one model. */
  static Future<Void> insert(
      SqlConnection connection, long document, String model, List<ChunkRow> rows) {
    Tuple values =
        Tuple.tuple()
            .addString(model)
            .addLong(document)
            .addValue(rows.stream().map(ChunkRow::id).toArray(UUID[]::new))
            .addValue(numbers(rows, Chunk::ordinal))
            .addValue(numbers(rows, Chunk::start))
            .addValue(numbers(rows, Chunk::end))
            .addValue(numbers(rows, Chunk::firstPage))
            .addValue(numbers(rows, Chunk::lastPage))
            .addValue(
                rows.stream()
                    .map(row -> new JsonArray(row.chunk().headings()))
                    .toArray(JsonArray[]::new))
            .addValue(rows.stream().map(row -> row.chunk().text()).toArray(String[]::new))
            .addValue(rows.stream().map(ChunkRow::hash).toArray(Buffer[]::new))
            .addValue(rows.stream().map(ChunkRow::tokens).toArray(Integer[]::new))
            .addValue(rows.stream().map(ChunkRow::dropped).toArray(Integer[]::new));
    return connection.preparedQuery(CHUNKS).execute(values).mapEmpty();
  }

  private static Integer[] numbers(List<ChunkRow> rows, Function<Chunk, Integer> number) {
    return rows.stream().map(row -> number.apply(row.chunk())).toArray(Integer[]::new);
  }

  private static java.time.OffsetDateTime at(Version version) {
    return version.accepted().atOffset(ZoneOffset.UTC);
  }

  private static Tuple document(Version version) {
    List<ChunkRow> searched = version.chunks().getFirst().rows();
    return Tuple.tuple()
        .addLong(version.collection())
        .addString(version.id())
        .addValue(at(version))
        .addBuffer(version.fingerprint())
        .addBuffer(version.sha256())
        .addLong(version.size())
        .addString(version.contentType())
        .addString(version.fileName())
        .addString(version.s3Key())
        .addValue(version.metadata())
        .addString(version.title())
        .addString(version.language())
        .addString(version.text())
        .addValue(version.pages())
        .addValue(version.headings())
        .addValue(version.notes())
        .addInteger(searched.size())
        .addInteger((int) searched.stream().filter(row -> row.dropped() > 0).count())
        .addLong(searched.stream().mapToLong(ChunkRow::dropped).sum());
  }
}
