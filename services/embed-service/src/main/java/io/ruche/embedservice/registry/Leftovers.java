package io.ruche.embedservice.registry;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Objects in S3 that go when no document has them at a stated time: uploads whose command is not
 * worked off, and what was replaced. Until then an older command may still name them.
 */
public final class Leftovers {

  /** Longer than a command lives. */
  static final Duration KEPT = Duration.ofDays(8);

  private static final String NOTE =
      """
      INSERT INTO ruche_embed.leftover (s3_key, due) VALUES ($1, $2)
      ON CONFLICT (s3_key) DO UPDATE SET due = excluded.due
      """;

  private static final String DUE =
      """
      SELECT l.s3_key, EXISTS (SELECT 1 FROM ruche_embed.document d
        WHERE d.s3_key = l.s3_key AND d.state = 'indexed')
      FROM ruche_embed.leftover l WHERE l.due < now() ORDER BY l.due LIMIT $1
      """;

  private static final String DISOWN =
      """
      INSERT INTO ruche_embed.leftover (s3_key, due)
      SELECT s3_key, $2 FROM ruche_embed.document WHERE id = $1 AND s3_key IS NOT NULL
      ON CONFLICT (s3_key) DO UPDATE SET due = excluded.due
      """;

  private final Database database;

  public Leftovers(Database database) {
    this.database = database;
  }

  /**
   * An object that is due.
   *
   * @param owned whether a document has it, so that it stays
   */
  public record Due(String key, boolean owned) {}

  /** Notes an object before it is written, so that it cannot be forgotten. */
  public Future<Void> note(String key) {
    return database.rows(NOTE, key, due()).mapEmpty();
  }

  /** What is due now. */
  public Future<List<Due>> due(int most) {
    return database
        .rows(DUE, most)
        .map(
            rows ->
                rows.stream().map(row -> new Due(row.getString(0), row.getBoolean(1))).toList());
  }

  /** Nothing is to be done about it any more. */
  public Future<Void> settle(String key) {
    return database
        .rows("DELETE FROM ruche_embed.leftover WHERE s3_key = $1 AND due < now()", key)
        .mapEmpty();
  }

  /** The object that a document has now will be nobody's. */
  static Future<Void> disown(SqlConnection connection, long document) {
    return Database.rows(connection, DISOWN, document, due()).mapEmpty();
  }

  private static OffsetDateTime due() {
    return OffsetDateTime.now(ZoneOffset.UTC).plus(KEPT);
  }
}
