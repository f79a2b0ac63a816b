package io.ruche.embedservice.ingest;

import static io.ruche.embedservice.ingest.Waiting.on;

import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.embedservice.registry.CollectionRow;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.embedservice.registry.DocumentTable;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Deletes documents and collections; awaits. */
public final class Deletion {

  private static final int BATCH = 100;

  private final ModelsInUse models;
  private final CollectionTable collections;
  private final DocumentTable documents;
  private final Settling settling;

  public Deletion(
      ModelsInUse models, CollectionTable collections, DocumentTable documents, Settling settling) {
    this.models = models;
    this.collections = collections;
    this.documents = documents;
    this.settling = settling;
  }

  /**
   * Deletes a document, also for commands that were accepted before and come later.
   *
   * @return false when a later command has spoken already
   */
  public boolean document(Space space, String id, Instant accepted) throws TimeoutException {
    CollectionRow collection = on(collections.ensure(space, models.current().model()));
    boolean deleted = on(documents.delete(collection.id(), id, accepted));
    settling.settle(space, id, !deleted);
    return deleted;
  }

  /**
   * Deletes a collection with all that was accepted until then.
   *
   * @return how many documents it had
   */
  public int collection(Space space, Instant accepted) throws TimeoutException {
    CollectionRow collection = on(collections.find(space));
    if (collection == null) {
      return 0;
    }
    on(collections.drop(space, accepted));
    int deleted = 0;
    while (true) {
      List<String> ids = on(documents.idsUntil(collection.id(), accepted, BATCH));
      for (String id : ids) {
        on(documents.delete(collection.id(), id, accepted));
        settling.settle(space, id, false);
        deleted++;
      }
      if (ids.size() < BATCH) {
        return deleted;
      }
    }
  }
}
