package io.ruche.embedservice.registry;

import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.index.Space;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The collections of all tenants. */
public final class CollectionTable {

  /**
   * A collection in numbers.
   *
   * @param failed documents whose latest version could not be indexed
   * @param model name of the one that is searched
   * @param next name of the one that is being filled to take its place, or null
   */
  public record Summary(
      CollectionRow collection,
      long documents,
      long chunks,
      long failed,
      String model,
      @Nullable String next) {}

  private static final String SELECT =
      """
      SELECT c.id, c.tenant, c.name, a.identity, s.identity, c.made, c.dropped
      FROM ruche_embed.collection c
      JOIN ruche_embed.model a ON a.id = c.active
      LEFT JOIN ruche_embed.model s ON s.id = c.shadow
      """;

  private static final String ADD =
      """
      INSERT INTO ruche_embed.collection (tenant, name, active)
      SELECT $1, $2, $3
      WHERE (SELECT count(*) FROM ruche_embed.collection WHERE tenant = $1) < $4
      ON CONFLICT (tenant, name) DO NOTHING
      """;

  /** An empty collection takes whatever model comes. */
  private static final String ADOPT =
      """
      UPDATE ruche_embed.collection c SET active = $3, shadow = NULL
      WHERE tenant = $1 AND name = $2 AND active <> $3 AND NOT EXISTS (
        SELECT 1 FROM ruche_embed.document d WHERE d.collection = c.id AND d.state <> 'deleted')
      """;

  private static final String DROP =
      """
      UPDATE ruche_embed.collection SET dropped = greatest(dropped, $3)
      WHERE tenant = $1 AND name = $2
      """;

  private static final String SUMMARIES =
      """
      SELECT c.id, c.tenant, c.name, a.identity, s.identity, c.made, c.dropped,
        count(d.id) FILTER (WHERE d.state = 'indexed'),
        coalesce(sum(d.chunks) FILTER (WHERE d.state = 'indexed'), 0),
        count(d.id) FILTER (WHERE d.problem IS NOT NULL), a.name, s.name
      FROM ruche_embed.collection c
      JOIN ruche_embed.model a ON a.id = c.active
      LEFT JOIN ruche_embed.model s ON s.id = c.shadow
      LEFT JOIN ruche_embed.document d ON d.collection = c.id AND d.state <> 'deleted'
      WHERE c.tenant = $1 AND c.name > $2
      GROUP BY c.id, a.id, s.id
      HAVING count(d.id) > 0 OR c.dropped = 'epoch'
      ORDER BY c.name LIMIT $3
      """;

  private static final String OTHERS =
      SELECT
          + """
          WHERE (a.identity <> $1 OR s.identity IS NOT NULL)
          ORDER BY c.id
          """;

  private static final String LOCK =
      "SELECT 1 FROM ruche_embed.collection WHERE id = $1 FOR UPDATE";

  private static final String SWITCH =
      """
      UPDATE ruche_embed.collection c SET active = $2, shadow = NULL
      WHERE c.id = $1 AND c.shadow = $2 AND NOT EXISTS (
        SELECT 1 FROM ruche_embed.document d
        WHERE d.collection = c.id AND d.state = 'indexed' AND d.chunks > 0 AND NOT EXISTS (
          SELECT 1 FROM ruche_embed.chunk k WHERE k.document = d.id AND k.model = $2))
      RETURNING c.id
      """;

  private static final String FORGET =
      """
      DELETE FROM ruche_embed.chunk WHERE (model, id) IN (
        SELECT k.model, k.id FROM ruche_embed.chunk k
        JOIN ruche_embed.document d ON d.id = k.document
        JOIN ruche_embed.model m ON m.id = k.model
        WHERE d.collection = $1 AND m.identity = $2 LIMIT $3)
      RETURNING 1
      """;

  private final Database database;
  private final Models models;
  private final long most;

  /**
   * @param most collections that a tenant may have
   */
  public CollectionTable(Database database, Models models, long most) {
    this.database = database;
    this.models = models;
    this.most = most;
  }

  /** The collection, or null where there is none. */
  public Future<@Nullable CollectionRow> find(Space space) {
    return database
        .rows(SELECT + "WHERE c.tenant = $1 AND c.name = $2", space.tenant(), space.collection())
        .map(rows -> rows.isEmpty() ? null : read(rows.getFirst()));
  }

  /**
   * The collection, made now for a model when there is none; an empty one changes to the model.
   * Fails with a {@link Failure}, 422, when the tenant has as many as it may.
   */
  public Future<CollectionRow> ensure(Space space, EmbeddingModel model) {
    return find(space)
        .compose(
            there ->
                there != null && there.active().equals(model.identity())
                    ? Future.succeededFuture(there)
                    : make(space, model));
  }

  private Future<CollectionRow> make(Space space, EmbeddingModel model) {
    return models
        .number(model)
        .compose(
            number ->
                database
                    .rows(ADD, space.tenant(), space.collection(), number, most)
                    .compose(
                        added -> database.rows(ADOPT, space.tenant(), space.collection(), number)))
        .compose(ready -> find(space))
        .map(
            made -> {
              if (made == null) {
                throw Failure.of(
                    422,
                    "too_many_collections",
                    "The tenant has as many collections as it may have",
                    "There are "
                        + most
                        + " collections already (max-collections in embed-service.yaml); use one of"
                        + " them, or delete some and wait until they are swept.");
              }
              return made;
            });
  }

  /** A tenant's collections by name, from behind one on. */
  public Future<List<Summary>> page(String tenant, String after, int most) {
    return database
        .rows(SUMMARIES, tenant, after, most)
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new Summary(
                                read(row),
                                row.getLong(7),
                                row.getLong(8),
                                row.getLong(9),
                                row.getString(10),
                                row.getString(11)))
                    .toList());
  }

  /** Everything that was accepted until then is void from now on. */
  public Future<Void> drop(Space space, Instant until) {
    return database
        .rows(DROP, space.tenant(), space.collection(), until.atOffset(ZoneOffset.UTC))
        .mapEmpty();
  }

  /** CollectionTable that are searched by another model than this, or are on their way to it. */
  public Future<List<CollectionRow>> notOf(EmbeddingModel model) {
    return database
        .rows(OTHERS, model.identity())
        .map(rows -> rows.stream().map(CollectionTable::read).toList());
  }

  /** Begins to fill a model beside the one that is searched; one that is being filled gives way. */
  public Future<Void> begin(CollectionRow collection, EmbeddingModel shadow) {
    return models
        .number(shadow)
        .compose(
            number ->
                database.rows(
                    "UPDATE ruche_embed.collection SET shadow = $2 WHERE id = $1 AND active <> $2",
                    collection.id(),
                    number))
        .mapEmpty();
  }

  /**
   * Lets the model that was filled take the place of the one that is searched, once every document
   * has its chunks. Waits for versions that are being written, and they for it.
   *
   * @return whether it did; false when a document still lacks them
   */
  public Future<Boolean> switchOver(CollectionRow collection, EmbeddingModel shadow) {
    return models
        .number(shadow)
        .compose(
            number ->
                database.inTransaction(
                    connection ->
                        Database.rows(connection, LOCK, collection.id())
                            .compose(
                                locked ->
                                    Database.rows(connection, SWITCH, collection.id(), number))))
        .map(rows -> !rows.isEmpty());
  }

  /** Deletes a part of the chunks of a collection for a model; how many there were. */
  public Future<Integer> forget(CollectionRow collection, String model, int most) {
    return database.rows(FORGET, collection.id(), model, most).map(List::size);
  }

  static CollectionRow read(Row row) {
    return new CollectionRow(
        row.getLong(0),
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getOffsetDateTime(5).toInstant(),
        row.getOffsetDateTime(6).toInstant());
  }
}
