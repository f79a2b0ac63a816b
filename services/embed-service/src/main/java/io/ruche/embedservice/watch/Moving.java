package io.ruche.embedservice.watch;

import io.ruche.bus.Bus;
import io.ruche.embedservice.events.Posting;
import io.ruche.embedservice.events.ReembedHandler;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.embedservice.registry.CollectionRow;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.lifecycle.Rounds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that collections of another model than the current one are moved to it. */
public final class Moving implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Moving.class);
  private static final Rounds.Times TIMES =
      new Rounds.Times(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(5));

  private final Rounds rounds;
  private final Posting posting;
  private final CollectionTable collections;
  private final ModelsInUse models;

  public Moving(Vertx vertx, Bus bus, CollectionTable collections, ModelsInUse models) {
    this.rounds =
        new Rounds(
            vertx,
            TIMES,
            this::look,
            away -> LOG.debug("which collections to move cannot be told: {}", away.getMessage()));
    this.posting = new Posting(bus);
    this.collections = collections;
    this.models = models;
  }

  @Override
  public Future<Void> start() {
    return rounds.start();
  }

  @Override
  public Future<Void> stop() {
    return rounds.stop();
  }

  private Future<Void> look() {
    return collections.notOf(models.current().model()).compose(this::post);
  }

  /** The same id for the same move, so that it is begun once, whoever sees it. */
  private Future<Void> post(List<CollectionRow> waiting) {
    Future<Void> posted = Future.succeededFuture();
    String identity = models.current().model().identity();
    for (CollectionRow collection : waiting) {
      String move = collection.id() + " " + collection.active() + " " + identity;
      String id = "move-" + UUID.nameUUIDFromBytes(move.getBytes(StandardCharsets.UTF_8));
      JsonObject payload =
          new JsonObject().put("collection", collection.name()).put("model", identity);
      posted =
          posted.compose(
              before -> posting.post(collection.tenant(), ReembedHandler.NAME, id, null, payload));
    }
    return posted;
  }
}
