package io.ruche.embedservice.index.lucene;

import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Scored;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.vector.Vector;
import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;

/**
 * The embedded store: a folder. It survives kill -9: what a put or remove completed is there, what
 * it did not complete is there or not.
 */
public final class LuceneIndex implements ChunkIndex {

  private static final int MOST_CLAUSES = 8_192;
  private static final int MOST_CHUNKS_OF_DOCUMENT = 1_000_000;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(15);

  static {
    IndexSearcher.setMaxClauseCount(MOST_CLAUSES);
  }

  private final Vertx vertx;
  private final Path folder;
  private final LuceneConfig config;
  private final int dimensions;
  private final WorkerExecutor searches;
  private final AtomicInteger searching = new AtomicInteger();
  private volatile @Nullable GroupCommit commits;

  /**
   * @param folder of this model generation alone; made when it is not there
   * @param dimensions of its vectors
   */
  public LuceneIndex(Vertx vertx, Path folder, LuceneConfig config, int dimensions) {
    if (dimensions < 1 || dimensions > VectorCodec.MOST) {
      throw new IllegalArgumentException(
          "vectors have 1 to %d dimensions, not %d".formatted(VectorCodec.MOST, dimensions));
    }
    this.vertx = vertx;
    this.folder = folder;
    this.config = config;
    this.dimensions = dimensions;
    this.searches = vertx.createSharedWorkerExecutor("index-search", config.searchThreads());
  }

  @Override
  public Future<Void> start() {
    return searches.executeBlocking(
        () -> {
          commits = new GroupCommit(folder, config);
          return null;
        },
        false);
  }

  @Override
  public Future<Void> stop() {
    GroupCommit open = commits;
    CompletableFuture<Void> closed =
        open == null ? CompletableFuture.completedFuture(null) : open.close();
    // All is committed by then; a merge that does not end is begun again another time.
    return future(
            closed.copy().completeOnTimeout(null, CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS))
        .eventually(searches::close);
  }

  @Override
  public Future<Void> put(Space space, List<IndexedChunk> chunks) {
    for (IndexedChunk chunk : chunks) {
      if (chunk.vector().dimensions() != dimensions) {
        return Future.failedFuture(
            new IllegalArgumentException(
                "vectors have %d dimensions, not %d"
                    .formatted(dimensions, chunk.vector().dimensions())));
      }
    }
    SpaceTerms terms = new SpaceTerms(space);
    return write(
        chunks.size(),
        writer -> {
          for (IndexedChunk chunk : chunks) {
            writer.updateDocument(terms.key(chunk.id()), ChunkDocument.of(terms, chunk));
          }
        });
  }

  @Override
  public Future<Void> remove(Space space, Collection<UUID> chunks) {
    SpaceTerms terms = new SpaceTerms(space);
    Term[] keys = chunks.stream().map(terms::key).toArray(Term[]::new);
    return write(keys.length, writer -> writer.deleteDocuments(keys));
  }

  @Override
  public Future<Void> drop(Space space) {
    SpaceTerms terms = new SpaceTerms(space);
    return write(1, writer -> writer.deleteDocuments(terms.space()));
  }

  @Override
  public Future<List<UUID>> chunksOf(Space space, String document) {
    SpaceTerms terms = new SpaceTerms(space);
    Query query =
        new BooleanQuery.Builder()
            .add(FilterQuery.of(terms, Filter.NONE), Occur.FILTER)
            .add(new TermQuery(terms.document(document)), Occur.FILTER)
            .build();
    return search(
        searcher -> {
          int most = Math.min(MOST_CHUNKS_OF_DOCUMENT, searcher.count(query));
          return most == 0
              ? List.of()
              : scored(searcher, List.of(searcher.search(query, most).scoreDocs)).stream()
                  .map(Scored::chunk)
                  .toList();
        });
  }

  @Override
  public Future<Void> refresh() {
    GroupCommit open = commits;
    return open == null ? notStarted() : future(open.barrier());
  }

  @Override
  public Future<List<Scored>> dense(Space space, Vector query, int top, Filter filter) {
    if (query.dimensions() != dimensions) {
      return Future.failedFuture(
          new IllegalArgumentException("the vector of a query has " + dimensions + " dimensions"));
    }
    return search(
        searcher ->
            scored(
                searcher,
                new DenseSearch(searcher, config)
                    .search(FilterQuery.of(new SpaceTerms(space), filter), query.values(), top)));
  }

  @Override
  public Future<List<Scored>> lexical(
      Space space, String query, String language, int top, Filter filter) {
    SpaceTerms terms = new SpaceTerms(space);
    return search(
        searcher ->
            scored(
                searcher,
                new LexicalSearch(searcher.getIndexReader(), terms)
                    .search(FilterQuery.of(terms, filter), query, language, top)));
  }

  @Override
  public Future<Long> size(Space space) {
    Query all = FilterQuery.of(new SpaceTerms(space), Filter.NONE);
    return search(searcher -> (long) searcher.count(all));
  }

  @Override
  public Dependency state() {
    GroupCommit open = commits;
    return open == null ? Dependency.down("the search index is not open") : open.state();
  }

  /**
   * Writes a consistent copy of what is committed into a folder that is empty or not there yet, by
   * hard links where it can. An index opens from it as from its own folder.
   *
   * @return bytes of the copy
   */
  public Future<Long> snapshot(Path into) {
    GroupCommit open = commits;
    return open == null
        ? notStarted()
        : vertx.executeBlocking(() -> CommitCopy.make(open.index(), folder, into), false);
  }

  private Future<Void> write(int chunks, GroupCommit.Change change) {
    GroupCommit open = commits;
    return open == null ? notStarted() : future(open.write(chunks, change));
  }

  private <T> Future<T> future(CompletableFuture<T> stage) {
    return Future.fromCompletionStage(stage, vertx.getOrCreateContext());
  }

  private static <T> Future<T> notStarted() {
    return Future.failedFuture(Failure.unavailable("the search index is not open", RETRY_AFTER));
  }

  @FunctionalInterface
  private interface Search<T> {
    T in(IndexSearcher searcher) throws IOException;
  }

  private <T> Future<T> search(Search<T> search) {
    GroupCommit open = commits;
    if (open == null) {
      return notStarted();
    }
    if (searching.incrementAndGet() > config.searchQueue()) {
      searching.decrementAndGet();
      return Future.failedFuture(
          Failure.unavailable(config.searchQueue() + " searches wait already", RETRY_AFTER));
    }
    return searches
        .executeBlocking(
            () -> {
              IndexSearcher searcher = acquire(open);
              try {
                return search.in(searcher);
              } finally {
                searcher.getIndexReader().decRef();
              }
            },
            false)
        .onComplete(done -> searching.decrementAndGet());
  }

  /** Whoever acquires one releases its reader. */
  private static IndexSearcher acquire(GroupCommit open) throws IOException {
    while (true) {
      OpenIndex index = open.index();
      try {
        return index.searchers().acquire();
      } catch (AlreadyClosedException reopened) {
        if (index.equals(open.index())) {
          throw reopened;
        }
      }
    }
  }

  private static List<Scored> scored(IndexSearcher searcher, List<ScoreDoc> hits)
      throws IOException {
    List<Scored> scored = new ArrayList<>(hits.size());
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    for (ScoreDoc hit : hits) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
      BinaryDocValues ids = Objects.requireNonNull(leaf.reader().getBinaryDocValues(SpaceTerms.ID));
      if (ids.advanceExact(hit.doc - leaf.docBase)) {
        scored.add(new Scored(ChunkDocument.id(ids.binaryValue()), hit.score));
      }
    }
    scored.sort(Comparator.comparingDouble(Scored::score).reversed().thenComparing(Scored::chunk));
    return scored;
  }
}
