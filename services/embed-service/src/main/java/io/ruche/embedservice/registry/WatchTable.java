package io.ruche.embedservice.registry;

import io.ruche.embedservice.index.Space;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Objects of watched prefixes as they were last seen. */
public final class WatchTable {

  private final Database database;

  public WatchTable(Database database) {
    this.database = database;
  }

  /**
   * How an object was last seen.
   *
   * @param etag empty when it was gone
   * @param version one more with each change
   */
  public record Seen(String etag, long version) {}

  /**
   * The objects of a collection by their keys, from behind a key on, in the order of the keys'
   * bytes.
   */
  public Future<Map<String, Seen>> page(Space space, String prefix, String behind, int most) {
    return database
        .rows(
            """
            SELECT s3_key, etag, version FROM ruche_embed.watched
            WHERE tenant = $1 AND collection = $2 AND starts_with(s3_key, $3)
              AND s3_key COLLATE "C" > $4
            ORDER BY s3_key COLLATE "C" LIMIT $5
            """,
            space.tenant(),
            space.collection(),
            prefix,
            behind,
            most)
        .map(
            rows -> {
              Map<String, Seen> seen = new TreeMap<>();
              rows.forEach(
                  row -> seen.put(row.getString(0), new Seen(row.getString(1), row.getLong(2))));
              return seen;
            });
  }

  /**
   * An object was seen, and its command is on disk. Changes nothing when somebody else has noted
   * another change meanwhile: what is noted then is not what is there, and the next look mends it.
   *
   * @param before the version that it had when it was looked up; 0 when it was not known
   */
  public Future<Void> saw(Space space, String key, String etag, long before) {
    return database
        .rows(
            """
            INSERT INTO ruche_embed.watched AS w (tenant, collection, s3_key, etag)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (tenant, collection, s3_key) DO UPDATE SET etag = excluded.etag,
              version = w.version + 1
            WHERE w.version = $5
            """,
            space.tenant(),
            space.collection(),
            key,
            etag,
            before)
        .mapEmpty();
  }

  /** Objects are gone, and the commands that delete their documents are on disk. */
  public Future<Void> gone(Space space, List<String> keys) {
    return database
        .rows(
            """
            UPDATE ruche_embed.watched SET etag = '', version = version + 1
            WHERE tenant = $1 AND collection = $2 AND s3_key = ANY($3)
            """,
            space.tenant(),
            space.collection(),
            keys.toArray(String[]::new))
        .mapEmpty();
  }
}
