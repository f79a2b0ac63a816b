package io.ruche.embedservice.search;

import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.Reranker;
import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.Scored;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.search.Fusion.Candidate;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Searches one space: candidates by vector and by words from the index, fused here so that every
 * store ranks alike, and joined with the registry. What the registry does not have is left out, and
 * the next candidates take its place. Safe for all threads.
 */
public final class HybridSearch {

  private final ChunkIndex index;
  private final Embedder embedder;
  private final Passages passages;
  private final @Nullable Reranker reranker;
  private final SearchConfig config;

  /**
   * @param embedder of the model whose vectors the index has
   * @param reranker null when none is configured
   */
  public HybridSearch(
      ChunkIndex index,
      Embedder embedder,
      Passages passages,
      @Nullable Reranker reranker,
      SearchConfig config) {
    this.index = index;
    this.embedder = embedder;
    this.passages = passages;
    this.reranker = reranker;
    this.config = config;
  }

  /**
   * Finds passages. Fails with a {@link Failure}: 422 for what cannot be, 429 or 503 as the engine
   * and the index fail.
   */
  public Future<SearchResult> search(Space space, SearchRequest request) {
    if (request.rerank() && reranker == null) {
      return Future.failedFuture(
          Failure.unprocessable("no reranker is configured; leave rerank out or set it to false"));
    }
    Future<@Nullable Embedding> embedded =
        request.mode().dense()
            ? embedder
                .embed(List.of(request.query()), Purpose.QUERY, Lane.INTERACTIVE)
                .map(List::getFirst)
            : Future.succeededFuture(null);
    Ranking ranking = new Ranking(passages, request.rerank() ? reranker : null, space, request);
    int read = request.rerank() ? Math.max(request.top(), config.reranked()) : request.top();
    int depth = Math.max(config.candidates(), 2 * read);
    return candidates(space, request, embedded, depth)
        .compose(list -> rank(ranking, space, request, embedded, list, depth, read));
  }

  /** Looks deeper once more while candidates are gone and there may be others. */
  private Future<SearchResult> rank(
      Ranking ranking,
      Space space,
      SearchRequest request,
      Future<@Nullable Embedding> embedded,
      Candidates found,
      int depth,
      int read) {
    return ranking
        .present(found.fused(), read)
        .compose(
            present -> {
              if (present.size() >= read || !found.full() || depth >= Candidates.DEEPEST) {
                Embedding vector = embedded.result();
                int dropped = vector == null ? 0 : vector.dropped();
                return ranking.result(present, config.reranked(), dropped);
              }
              int deeper = Math.min(Candidates.DEEPEST, 4 * depth);
              return candidates(space, request, embedded, deeper)
                  .compose(list -> rank(ranking, space, request, embedded, list, deeper, read));
            });
  }

  /**
   * What the index offers.
   *
   * @param full whether it may have more
   */
  private record Candidates(List<Candidate> fused, boolean full) {

    /** Of one list. */
    static final int DEEPEST = 4_000;
  }

  /** Words are looked up while the query is embedded. */
  private Future<Candidates> candidates(
      Space space, SearchRequest request, Future<@Nullable Embedding> embedded, int depth) {
    Future<List<Scored>> words =
        request.mode().words()
            ? index.lexical(space, request.query(), request.language(), depth, request.filter())
            : Future.succeededFuture(List.of());
    Future<List<Scored>> dense =
        embedded.compose(
            vector ->
                vector == null
                    ? Future.succeededFuture(List.of())
                    : index.dense(space, vector.vector(), depth, request.filter()));
    return Future.all(dense, words)
        .map(
            both ->
                new Candidates(
                    switch (request.mode()) {
                      case DENSE -> Fusion.only(dense.result(), true);
                      case BM25 -> Fusion.only(words.result(), false);
                      case HYBRID -> Fusion.fuse(dense.result(), words.result());
                    },
                    dense.result().size() >= depth || words.result().size() >= depth));
  }
}
