package io.ruche.embedservice.registry;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Function;

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

  /** Locked, so that nobody notes it anew, and uploads it again, while it is being deleted. */
  private static final String DUE =
      """
      SELECT l.s3_key, EXISTS (SELECT 1 FROM ruche_embed.document d
        WHERE d.s3_key = l.s3_key AND d.state = 'indexed')
      FROM ruche_embed.leftover l WHERE l.due < now() ORDER BY l.due LIMIT 1
      FOR UPDATE OF l SKIP LOCKED
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

  /** Notes an object before it is written, so that it cannot be forgotten. */
  public Future<Void> note(String key) {
    return database.rows(NOTE, key, due()).mapEmpty();
  }

  /**
   * Deals with one object that is due: keeps it when a document has it, else deletes it.
   *
   * @return false when none is due
   */
  Future<Boolean> sweep(Function<String, Future<Void>> delete) {
    return database.inTransaction(
        connection ->
            Database.rows(connection, DUE)
                .compose(
                    rows -> {
                      if (rows.isEmpty()) {
                        return Future.succeededFuture(false);
                      }
                      String key = rows.getFirst().getString(0);
                      Future<Void> gone =
                          rows.getFirst().getBoolean(1)
                              ? Future.succeededFuture()
                              : delete.apply(key);
                      return gone.compose(
                              done ->
                                  Database.rows(
                                      connection,
                                      "DELETE FROM ruche_embed.leftover WHERE s3_key = $1",
                                      key))
                          .map(true);
                    }));
  }

  /** The object that a document has now will be nobody's. */
  static Future<Void> disown(SqlConnection connection, long document) {
    return Database.rows(connection, DISOWN, document, due()).mapEmpty();
  }

  private static OffsetDateTime due() {
    return OffsetDateTime.now(ZoneOffset.UTC).plus(KEPT);
  }
}
