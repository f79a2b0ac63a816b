package io.ruche.embedservice.ingest;

import static io.ruche.embedservice.ingest.Waiting.on;
import static io.ruche.embedservice.ingest.Waiting.onWork;

import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.parts.Indexes;
import io.ruche.embedservice.ingest.parts.ModelInUse;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.embedservice.registry.ChunkTable;
import io.ruche.embedservice.registry.CollectionRow;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.embedservice.registry.DocumentRow;
import io.ruche.embedservice.registry.DocumentTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Moves a collection to the current model: its vectors are made from PostgreSQL beside those that
 * are searched, and take their place all at once when every document has them. Documents that come
 * meanwhile are indexed for both. May be stopped anywhere and begun again. Awaits.
 */
public final class Reembedding {

  private static final int BATCH = 20;
  private static final int MOST_ROUNDS = 20;
  private static final int FORGET_AT_ONCE = 5_000;

  /** Searches that have begun by the old vectors end by them. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final ModelsInUse models;
  private final Indexes indexes;
  private final CollectionTable collections;
  private final DocumentTable documents;
  private final ChunkTable chunks;
  private final ChunkMaking making;
  private final Settling settling;

  /**
   * What was done.
   *
   * @param moved whether another model is searched than before
   * @param documents that were looked at
   * @param embedded texts that the model was asked for
   */
  public record Done(boolean moved, int documents, int embedded) {}

  public Reembedding(
      ModelsInUse models,
      Indexes indexes,
      CollectionTable collections,
      DocumentTable documents,
      ChunkTable chunks,
      ChunkMaking making,
      Settling settling) {
    this.models = models;
    this.indexes = indexes;
    this.collections = collections;
    this.documents = documents;
    this.chunks = chunks;
    this.making = making;
    this.settling = settling;
  }

  /**
   * Moves a collection to the current model; one that is there already has its index looked through
   * and mended.
   *
   * @param progress hears how many documents are done
   */
  public Done reembed(Space space, IntConsumer progress) throws TimeoutException {
    CollectionRow collection = on(collections.find(space));
    if (collection == null) {
      return new Done(false, 0, 0);
    }
    EmbeddingModel model = models.current().model();
    if (collection.active().equals(model.identity())) {
      return mend(space, collection, progress);
    }
    on(collections.begin(collection, model));
    int embedded = 0;
    int filled = 0;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Done done = fill(space, collection, progress);
      embedded += done.embedded();
      filled = Math.max(filled, done.documents());
      onWork(on(indexes.of(model)).refresh());
      if (on(collections.switchOver(collection, model))) {
        forget(space, collection);
        return new Done(true, filled, embedded);
      }
    }
    throw new TimeoutException("documents kept changing while the collection was being moved");
  }

  private Done mend(Space space, CollectionRow collection, IntConsumer progress)
      throws TimeoutException {
    int seen = 0;
    long behind = 0;
    List<DocumentRow> page;
    do {
      page = on(documents.indexed(collection.id(), behind, BATCH));
      for (DocumentRow row : page) {
        settling.settle(space, row.id(), false);
        progress.accept(++seen);
        behind = row.number();
      }
    } while (!page.isEmpty());
    return new Done(false, seen, 0);
  }

  private Done fill(Space space, CollectionRow collection, IntConsumer progress)
      throws TimeoutException {
    int seen = 0;
    int embedded = 0;
    long behind = 0;
    List<DocumentRow> page;
    do {
      page = on(documents.indexed(collection.id(), behind, BATCH));
      for (DocumentRow row : page) {
        embedded += fill(space, row);
        progress.accept(++seen);
        behind = row.number();
      }
    } while (!page.isEmpty());
    return new Done(false, seen, embedded);
  }

  private int fill(Space space, DocumentRow row) throws TimeoutException {
    ModelInUse model = models.current();
    if (!on(chunks.of(row.number(), model.model().identity())).isEmpty()) {
      return 0;
    }
    DocumentTable.Body body = on(documents.body(row.number()));
    if (body == null) {
      return 0;
    }
    ParsedText parsed = ParsedJson.parsed(row, body);
    ChunkMaking.Target target =
        new ChunkMaking.Target(space, row.id(), row.language(), row.metadata().getMap(), false);
    ChunkMaking.Made made = making.make(target, parsed, model, step -> {});
    // When the document has changed meanwhile, whoever changed it has made its chunks as well.
    on(chunks.fill(row.number(), row.version(), model.model().identity(), made.rows()));
    settling.settle(space, row.id(), false);
    return made.embedded();
  }

  private void forget(Space space, CollectionRow collection) throws TimeoutException {
    LockSupport.parkNanos(GRACE.toNanos());
    while (on(collections.forget(collection, collection.active(), FORGET_AT_ONCE))
        == FORGET_AT_ONCE) {
      // The next part.
    }
    ModelInUse old = models.of(collection.active()).orElse(null);
    if (old != null) {
      onWork(on(indexes.of(old.model())).drop(space));
    }
  }
}
