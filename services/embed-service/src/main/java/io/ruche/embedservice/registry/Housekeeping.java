package io.ruche.embedservice.registry;

import io.ruche.lifecycle.Lifecycle;
import io.ruche.lifecycle.Rounds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what is not needed any more, now and then, a little at a time. */
public final class Housekeeping implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final int AT_ONCE = 1_000;

  private static final String TOMBSTONES =
      """
      DELETE FROM ruche_embed.document WHERE id IN (
        SELECT id FROM ruche_embed.document
        WHERE state = 'deleted' AND changed < now() - interval '8 days' LIMIT $1)
      """;

  private static final String COLLECTIONS =
      """
      DELETE FROM ruche_embed.collection c WHERE c.id IN (
        SELECT id FROM ruche_embed.collection
        WHERE dropped > 'epoch' AND dropped < now() - interval '8 days' LIMIT $1)
      AND NOT EXISTS (SELECT 1 FROM ruche_embed.document d WHERE d.collection = c.id)
      """;

  private static final String PROGRESS =
      """
      DELETE FROM ruche_embed.progress WHERE (tenant, client, command, id) IN (
        SELECT tenant, client, command, id FROM ruche_embed.progress
        WHERE changed < now() - interval '2 days' LIMIT $1)
      """;

  private final Rounds rounds;
  private final Database database;
  private final VectorCache cache;
  private final Leftovers leftovers;
  private final Function<String, Future<Void>> deleteObject;
  private final long embeddings;

  /**
   * @param deleteObject deletes an object in S3
   * @param embeddings that are kept
   */
  public Housekeeping(
      Vertx vertx,
      Database database,
      VectorCache cache,
      Leftovers leftovers,
      Function<String, Future<Void>> deleteObject,
      long embeddings) {
    this.rounds =
        new Rounds(
            vertx,
            new Rounds.Times(EVERY, EVERY, EVERY),
            this::sweep,
            away -> LOG.debug("housekeeping waits: {}", away.getMessage()));
    this.database = database;
    this.cache = cache;
    this.leftovers = leftovers;
    this.deleteObject = deleteObject;
    this.embeddings = embeddings;
  }

  @Override
  public Future<Void> start() {
    return rounds.start();
  }

  @Override
  public Future<Void> stop() {
    return rounds.stop();
  }

  /** One round. */
  public Future<Void> sweep() {
    return database
        .rows(TOMBSTONES, AT_ONCE)
        .compose(done -> database.rows(COLLECTIONS, AT_ONCE))
        .compose(done -> database.rows(PROGRESS, AT_ONCE))
        .compose(done -> cache.trim(embeddings, AT_ONCE))
        .compose(done -> objects(AT_ONCE));
  }

  private Future<Void> objects(int left) {
    return left == 0
        ? Future.succeededFuture()
        : leftovers
            .sweep(deleteObject)
            .compose(more -> more ? objects(left - 1) : Future.succeededFuture());
  }
}
