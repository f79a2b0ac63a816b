package io.ruche.embedservice.ingest;

import static io.ruche.embedservice.ingest.Waiting.on;
import static io.ruche.embedservice.ingest.Waiting.onWork;

import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.order.Steps;
import io.ruche.embedservice.ingest.parts.Chunking;
import io.ruche.embedservice.ingest.parts.Indexes;
import io.ruche.embedservice.ingest.parts.ModelInUse;
import io.ruche.embedservice.registry.ChunkRow;
import io.ruche.embedservice.registry.ProgressTable.Progress;
import io.ruche.embedservice.registry.VectorCache;
import io.ruche.http.Failure;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/** Makes the chunks of a document for one model, and puts them into its index. Awaits. */
public final class ChunkMaking {

  /** Chunks whose vectors are in memory at a time. */
  static final int BATCH = 64;

  private final WorkerExecutor workers;
  private final Chunking chunking;
  private final Indexes indexes;
  private final Vectors vectors;
  private final int mostChunks;

  /**
   * What the chunks are of.
   *
   * @param keep whether chunks of it that the index has already are as they should be
   */
  record Target(
      Space space, String document, String language, Map<String, Object> metadata, boolean keep) {}

  /**
   * The chunks that were made.
   *
   * @param embedded texts that the model was asked for
   * @param written chunks that were put into the index
   */
  record Made(ModelInUse model, List<ChunkRow> rows, int embedded, int written) {}

  /**
   * @param workers cut texts, since a long one takes seconds, which a virtual thread would keep
   *     from the others
   */
  public ChunkMaking(
      WorkerExecutor workers,
      Chunking chunking,
      Indexes indexes,
      VectorCache cache,
      int mostChunks) {
    this.workers = workers;
    this.chunking = chunking;
    this.indexes = indexes;
    this.vectors = new Vectors(cache);
    this.mostChunks = mostChunks;
  }

  Made make(Target target, ParsedText parsed, ModelInUse model, Steps steps)
      throws TimeoutException {
    int pages = parsed.pages().size();
    steps.at(new Progress("chunk", pages, 0, 0));
    List<Piece> pieces =
        Piece.of(
            target.space(),
            target.document(),
            onWork(
                workers.executeBlocking(
                    () -> chunking.chunk(parsed, model.tokens(), model.model().mostTokens()),
                    false)));
    if (pieces.size() > mostChunks) {
      throw Failure.of(
          413,
          "too_many_chunks",
          "The document is too long",
          "The document has "
              + pieces.size()
              + " chunks; at most "
              + mostChunks
              + " are taken (max-chunks in embed-service.yaml). Split it.");
    }
    ChunkIndex index = on(indexes.of(model.model()));
    Set<UUID> there =
        target.keep()
            ? new HashSet<>(on(index.chunksOf(target.space(), target.document())))
            : Set.of();
    List<ChunkRow> rows = new ArrayList<>(pieces.size());
    int embedded = 0;
    int written = 0;
    for (int from = 0; from < pieces.size(); from += BATCH) {
      steps.at(new Progress("embed", pages, from, pieces.size()));
      List<Piece> batch = pieces.subList(from, Math.min(from + BATCH, pieces.size()));
      Vectors.Made made = vectors(model, batch);
      embedded += made.embedded();
      List<IndexedChunk> fresh = new ArrayList<>();
      for (Piece piece : batch) {
        Embedding embedding = require(made.byHash().get(piece.hash()));
        rows.add(
            new ChunkRow(
                piece.id(), piece.chunk(), piece.hash(), embedding.tokens(), embedding.dropped()));
        if (!there.contains(piece.id())) {
          fresh.add(indexed(target, piece, embedding));
        }
      }
      if (!fresh.isEmpty()) {
        onWork(index.put(target.space(), fresh));
        written += fresh.size();
      }
    }
    steps.at(new Progress("embed", pages, pieces.size(), pieces.size()));
    return new Made(model, rows, embedded, written);
  }

  /** Puts chunks that are known into the index; their vectors are remembered, or made again. */
  int put(Target target, List<ChunkRow> rows, ModelInUse model) throws TimeoutException {
    ChunkIndex index = on(indexes.of(model.model()));
    for (int from = 0; from < rows.size(); from += BATCH) {
      List<Piece> batch =
          rows.subList(from, Math.min(from + BATCH, rows.size())).stream()
              .map(row -> new Piece(row.id(), row.chunk(), Piece.text(row.chunk()), row.hash()))
              .toList();
      Vectors.Made made = vectors(model, batch);
      onWork(
          index.put(
              target.space(),
              batch.stream()
                  .map(piece -> indexed(target, piece, require(made.byHash().get(piece.hash()))))
                  .toList()));
    }
    return rows.size();
  }

  private Vectors.Made vectors(ModelInUse model, List<Piece> batch) throws TimeoutException {
    Map<Buffer, String> texts = new LinkedHashMap<>();
    batch.forEach(piece -> texts.put(piece.hash(), piece.text()));
    return onWork(vectors.of(model, texts));
  }

  private static Embedding require(@org.jspecify.annotations.Nullable Embedding embedding) {
    if (embedding == null) {
      throw new IllegalStateException("the engine gave no vector for a text");
    }
    return embedding;
  }

  private static IndexedChunk indexed(Target target, Piece piece, Embedding embedding) {
    return new IndexedChunk(
        piece.id(),
        target.document(),
        embedding.vector(),
        piece.text(),
        target.language(),
        target.metadata());
  }
}
