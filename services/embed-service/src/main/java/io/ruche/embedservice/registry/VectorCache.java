package io.ruche.embedservice.registry;

import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.vector.Vector;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Embeddings by model and hash of the text, so that no text is embedded twice. Bounded. */
public final class VectorCache {

  private static final String FIND =
      """
      SELECT e.hash, e.vector, e.tokens, e.dropped, e.used < now() - interval '1 day'
      FROM ruche_embed.embedding e WHERE e.model = $1 AND e.hash = ANY($2)
      """;

  private static final String ADD =
      """
      INSERT INTO ruche_embed.embedding (model, hash, vector, tokens, dropped)
      SELECT $1, e.* FROM unnest($2::bytea[], $3::bytea[], $4::int[], $5::int[]) AS e
      ON CONFLICT DO NOTHING
      """;

  private static final String TOUCH =
      """
      UPDATE ruche_embed.embedding SET used = now()
      WHERE model = $1 AND hash = ANY($2) AND used < now() - interval '1 day'
      """;

  private static final String TRIM =
      """
      DELETE FROM ruche_embed.embedding WHERE (model, hash) IN (
        SELECT model, hash FROM ruche_embed.embedding ORDER BY used DESC OFFSET $1 LIMIT $2)
      """;

  private final Database database;
  private final Models models;

  public VectorCache(Database database, Models models) {
    this.database = database;
    this.models = models;
  }

  /** What is known of these hashes. */
  public Future<Map<Buffer, Embedding>> find(EmbeddingModel model, Collection<Buffer> hashes) {
    Buffer[] asked = hashes.toArray(Buffer[]::new);
    return models
        .number(model)
        .compose(
            number ->
                database
                    .rows(FIND, number, asked)
                    .compose(
                        rows ->
                            rows.stream().anyMatch(row -> row.getBoolean(4))
                                ? database.rows(TOUCH, number, asked).map(rows)
                                : Future.succeededFuture(rows)))
        .map(
            rows -> {
              Map<Buffer, Embedding> found = new HashMap<>();
              rows.forEach(row -> found.put(row.getBuffer(0), read(row)));
              return found;
            });
  }

  private static Embedding read(Row row) {
    return new Embedding(vector(row.getBuffer(1)), row.getInteger(2), row.getInteger(3));
  }

  /** Remembers embeddings; those that are known stay as they are. */
  public Future<Void> add(EmbeddingModel model, Map<Buffer, Embedding> embeddings) {
    List<Map.Entry<Buffer, Embedding>> entries = List.copyOf(embeddings.entrySet());
    return models
        .number(model)
        .compose(
            number ->
                database.rows(
                    ADD,
                    number,
                    entries.stream().map(Map.Entry::getKey).toArray(Buffer[]::new),
                    entries.stream()
                        .map(entry -> bytes(entry.getValue().vector()))
                        .toArray(Buffer[]::new),
                    entries.stream()
                        .map(entry -> entry.getValue().tokens())
                        .toArray(Integer[]::new),
                    entries.stream()
                        .map(entry -> entry.getValue().dropped())
                        .toArray(Integer[]::new)))
        .mapEmpty();
  }

  /**
   * Forgets what was not used for longest beyond a number of embeddings.
   *
   * @param most that it forgets at once
   */
  Future<Void> trim(long kept, int most) {
    return database.rows(TRIM, kept, most).mapEmpty();
  }

  static Buffer bytes(Vector vector) {
    Buffer bytes = Buffer.buffer(vector.dimensions() * Float.BYTES);
    for (float value : vector.values()) {
      bytes.appendFloatLE(value);
    }
    return bytes;
  }

  static Vector vector(Buffer bytes) {
    float[] values = new float[bytes.length() / Float.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getFloatLE(i * Float.BYTES);
    }
    return Vector.normalized(values);
  }
}
