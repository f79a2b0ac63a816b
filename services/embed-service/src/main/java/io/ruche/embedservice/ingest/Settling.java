package io.ruche.embedservice.ingest;

import static io.ruche.embedservice.ingest.Waiting.on;
import static io.ruche.embedservice.ingest.Waiting.onWork;

import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.parts.Indexes;
import io.ruche.embedservice.ingest.parts.ModelInUse;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.embedservice.registry.ChunkRow;
import io.ruche.embedservice.registry.ChunkTable;
import io.ruche.embedservice.registry.CollectionRow;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.embedservice.registry.DocumentRow;
import io.ruche.embedservice.registry.DocumentTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the index have of a document what PostgreSQL has, no more and no less. Whoever changes
 * either settles afterwards, and looks again when the document has changed meanwhile: so whichever
 * of several at a time comes last, the two end up the same. Awaits.
 */
public final class Settling {

  /** Beyond that a document changes all the time, and whoever changes it settles it. */
  private static final int MOST_ROUNDS = 10;

  private final ModelsInUse models;
  private final Indexes indexes;
  private final CollectionTable collections;
  private final DocumentTable documents;
  private final ChunkTable chunks;
  private final ChunkMaking making;

  public Settling(
      ModelsInUse models,
      Indexes indexes,
      CollectionTable collections,
      DocumentTable documents,
      ChunkTable chunks,
      ChunkMaking making) {
    this.models = models;
    this.indexes = indexes;
    this.collections = collections;
    this.documents = documents;
    this.chunks = chunks;
    this.making = making;
  }

  /**
   * Settles a document.
   *
   * @param force whether to put chunks again that the index has, since they may be of an older
   *     version with other metadata
   * @return how many chunks were taken out of the index
   */
  public int settle(Space space, String document, boolean force) throws TimeoutException {
    int removed = 0;
    DocumentRow before = on(documents.find(space, document));
    for (int round = 0; round < MOST_ROUNDS; round++) {
      CollectionRow collection = on(collections.find(space));
      if (collection == null) {
        return removed;
      }
      for (ModelInUse model : modelsOf(collection)) {
        removed += settle(space, document, before, model, force || round > 0);
      }
      DocumentRow after = on(documents.find(space, document));
      if (version(before) == version(after)) {
        break;
      }
      before = after;
    }
    return removed;
  }

  private List<ModelInUse> modelsOf(CollectionRow collection) {
    List<ModelInUse> known = new ArrayList<>();
    models.of(collection.active()).ifPresent(known::add);
    if (collection.shadow() != null) {
      models.of(collection.shadow()).ifPresent(known::add);
    }
    return known;
  }

  private int settle(
      Space space, String document, @Nullable DocumentRow row, ModelInUse model, boolean force)
      throws TimeoutException {
    ChunkIndex index = on(indexes.of(model.model()));
    List<ChunkRow> wanted =
        row == null || row.state() != DocumentRow.State.INDEXED
            ? List.of()
            : on(chunks.of(row.number(), model.model().identity()));
    Set<UUID> there = new HashSet<>(on(index.chunksOf(space, document)));
    List<ChunkRow> missing =
        wanted.stream().filter(chunk -> force || !there.contains(chunk.id())).toList();
    wanted.forEach(chunk -> there.remove(chunk.id()));
    if (!missing.isEmpty()) {
      DocumentRow of = Objects.requireNonNull(row);
      Map<String, Object> metadata = of.metadata().getMap();
      making.put(
          new ChunkMaking.Target(space, document, of.language(), metadata, false), missing, model);
    }
    if (!there.isEmpty()) {
      onWork(index.remove(space, there));
    }
    return there.size();
  }

  /** One that was never there has version 0. */
  private static long version(@Nullable DocumentRow row) {
    return row == null ? 0 : row.version();
  }
}
