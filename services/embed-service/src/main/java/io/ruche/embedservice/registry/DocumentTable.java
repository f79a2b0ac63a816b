package io.ruche.embedservice.registry;

import static io.ruche.embedservice.registry.Database.NONE;

import io.ruche.embedservice.index.Space;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads documents, and notes what became of them; a new version is written by {@link Commit}. */
public final class DocumentTable {

  private static final String COLUMNS =
      """
      d.id, d.collection, d.name, d.state, d.accepted, d.version, d.fingerprint, d.sha256, d.size,
      d.content_type, d.file_name, d.s3_key, d.metadata, d.title, d.language, d.pages, d.notes,
      d.chunks, d.truncated, d.dropped, d.problem, d.made, d.changed
      """;

  private static final String FROM =
      """
      FROM ruche_embed.document d JOIN ruche_embed.collection c ON c.id = d.collection
      WHERE c.tenant = $1 AND c.name = $2
      """;

  /** A tombstone; also of one that was never there, since an older command may still come. */
  private static final String DELETE =
      """
      INSERT INTO ruche_embed.document AS d (collection, name, state, accepted, fingerprint, sha256,
        size, content_type, file_name, metadata, title, language, body, pages, headings, notes,
        chunks, truncated, dropped)
      VALUES ($1, $2, 'deleted', $3, ''::bytea, ''::bytea, 0, '', '', '{}', '', '', '', '[]', '[]',
        '[]', 0, 0, 0)
      ON CONFLICT (collection, name) DO UPDATE SET state = 'deleted', accepted = excluded.accepted,
        fingerprint = ''::bytea, metadata = '{}', title = '', body = '', pages = '[]',
        headings = '[]', notes = '[]', chunks = 0, truncated = 0, dropped = 0, problem = NULL,
        version = d.version + 1, changed = now()
      WHERE d.accepted <= excluded.accepted
      RETURNING d.id
      """;

  /** Keeps an earlier version, and says beside it why the latest did not come to be. */
  private static final String FAIL =
      """
      INSERT INTO ruche_embed.document AS d (collection, name, state, accepted, fingerprint, sha256,
        size, content_type, file_name, metadata, title, language, body, pages, headings, notes,
        chunks, truncated, dropped, problem)
      VALUES ($1, $2, 'failed', $3, ''::bytea, ''::bytea, 0, $4, $5, '{}', '', '', '', '[]', '[]',
        '[]', 0, 0, 0, $6)
      ON CONFLICT (collection, name) DO UPDATE SET problem = excluded.problem,
        accepted = excluded.accepted, changed = now(),
        state = CASE d.state WHEN 'deleted' THEN 'failed' ELSE d.state END
      WHERE d.accepted <= excluded.accepted
      """;

  /** Counting a million rows each minute is too much; below that the planner's guess is too bad. */
  private static final String SIZES =
      """
      SELECT
        CASE WHEN d.reltuples >= 100000 THEN d.reltuples::bigint ELSE (
          SELECT count(*) FROM ruche_embed.document WHERE state <> 'deleted') END,
        CASE WHEN k.reltuples >= 100000 THEN k.reltuples::bigint ELSE (
          SELECT count(*) FROM ruche_embed.chunk) END,
        (SELECT sum(pg_total_relation_size(t.oid))::bigint FROM pg_class t
          WHERE t.relnamespace = d.relnamespace AND t.relkind = 'r')
      FROM pg_class d, pg_class k
      WHERE d.oid = 'ruche_embed.document'::regclass AND k.oid = 'ruche_embed.chunk'::regclass
      """;

  private final Database database;

  public DocumentTable(Database database) {
    this.database = database;
  }

  /** A document, also one that is deleted; null when there never was one. */
  public Future<@Nullable DocumentRow> find(Space space, String id) {
    return database
        .rows(
            "SELECT " + COLUMNS + FROM + "AND d.name = $3", space.tenant(), space.collection(), id)
        .map(rows -> rows.isEmpty() ? null : read(rows.getFirst()));
  }

  /** Documents by their ids, from behind one on; deleted ones left out. */
  public Future<List<DocumentRow>> page(Space space, String after, int most) {
    return database
        .rows(
            "SELECT "
                + COLUMNS
                + FROM
                + "AND d.state <> 'deleted' AND d.name COLLATE \"C\" > $3"
                + " ORDER BY d.name COLLATE \"C\" LIMIT $4",
            space.tenant(),
            space.collection(),
            after,
            most)
        .map(rows -> rows.stream().map(DocumentTable::read).toList());
  }

  /** How many documents a tenant has, deleted ones left out. */
  public Future<Long> count(String tenant) {
    return database
        .rows(
            """
            SELECT count(*) FROM ruche_embed.document d
            JOIN ruche_embed.collection c ON c.id = d.collection
            WHERE c.tenant = $1 AND d.state <> 'deleted'
            """,
            tenant)
        .map(rows -> rows.getFirst().getLong(0));
  }

  /**
   * What the tables have.
   *
   * @param documents about so many when there are many, as the chunks
   * @param bytes on the disk, indexes included
   */
  public record Sizes(long documents, long chunks, long bytes) {}

  /** Of all tenants; quick however many there are. */
  public Future<Sizes> sizes() {
    return database
        .rows(SIZES)
        .map(List::getFirst)
        .map(row -> new Sizes(row.getLong(0), row.getLong(1), row.getLong(2)));
  }

  /** The text of a document and its headings, as JSON has them. */
  public record Body(String text, JsonArray pages, JsonArray headings) {}

  /** The text of a row. */
  public Future<@Nullable Body> body(long number) {
    return database
        .rows(
            "SELECT body, pages, headings FROM ruche_embed.document WHERE id = $1 AND state ="
                + " 'indexed'",
            number)
        .map(
            rows ->
                rows.isEmpty()
                    ? null
                    : new Body(
                        rows.getFirst().getString(0),
                        rows.getFirst().getJsonArray(1),
                        rows.getFirst().getJsonArray(2)));
  }

  /** Deletes a document; false when a later command has spoken already. */
  public Future<Boolean> delete(long collection, String id, Instant accepted) {
    return database.inTransaction(
        connection ->
            Database.rows(connection, DELETE, collection, id, accepted.atOffset(ZoneOffset.UTC))
                .compose(
                    rows ->
                        rows.isEmpty()
                            ? Future.succeededFuture(false)
                            : Database.rows(
                                    connection,
                                    "DELETE FROM ruche_embed.chunk WHERE document = $1",
                                    rows.getFirst().getLong(0))
                                .compose(
                                    gone ->
                                        Leftovers.disown(connection, rows.getFirst().getLong(0)))
                                .map(true)));
  }

  /** Deletes every document of a collection that was accepted until then. */
  public Future<List<String>> idsUntil(long collection, Instant until, int most) {
    return database
        .rows(
            """
            SELECT name FROM ruche_embed.document
            WHERE collection = $1 AND accepted <= $2 AND state <> 'deleted' ORDER BY id LIMIT $3
            """,
            collection,
            until.atOffset(ZoneOffset.UTC),
            most)
        .map(rows -> rows.stream().map(row -> row.getString(0)).toList());
  }

  /** Notes why a document could not be indexed, unless a later command has spoken already. */
  public Future<Void> fail(
      long collection,
      String id,
      Instant accepted,
      String contentType,
      String fileName,
      JsonObject problem) {
    return database
        .rows(
            FAIL, collection, id, accepted.atOffset(ZoneOffset.UTC), contentType, fileName, problem)
        .mapEmpty();
  }

  /** Documents of a collection that have a text, in no stated order, from behind one on. */
  public Future<List<DocumentRow>> indexed(long collection, long behind, int most) {
    return database
        .rows(
            "SELECT "
                + COLUMNS
                + "FROM ruche_embed.document d WHERE d.collection = $1 AND d.id > $2"
                + " AND d.state = 'indexed' ORDER BY d.id LIMIT $3",
            collection,
            behind,
            most)
        .map(rows -> rows.stream().map(DocumentTable::read).toList());
  }

  static DocumentRow read(Row row) {
    return new DocumentRow(
        row.getLong(0),
        row.getLong(1),
        row.getString(2),
        DocumentRow.State.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
        row.getOffsetDateTime(4).toInstant(),
        row.getLong(5),
        row.getBuffer(6),
        row.getBuffer(7),
        row.getLong(8),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        row.getJsonObject(12),
        row.getString(13),
        row.getString(14),
        row.getJsonArray(15),
        row.getJsonArray(16),
        row.getInteger(17),
        row.getInteger(18),
        row.getLong(19),
        row.getJsonObject(20),
        row.getOffsetDateTime(21).toInstant(),
        row.getOffsetDateTime(22).toInstant());
  }

  static Object orNone(@Nullable Object value) {
    return value == null ? NONE : value;
  }

  /** An empty value for a row without a fingerprint. */
  static final Buffer NO_BYTES = Buffer.buffer();
}
