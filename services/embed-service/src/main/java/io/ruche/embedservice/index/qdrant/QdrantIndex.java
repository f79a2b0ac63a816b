package io.ruche.embedservice.index.qdrant;

import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;
import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Scored;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.index.filter.MetadataTerms;
import io.ruche.embedservice.vector.Vector;
import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in Qdrant. A write is complete when Qdrant has applied it and written its log. It starts
 * without Qdrant, says so in its state, and asks again until Qdrant is there.
 *
 * <p>How rare a word is Qdrant counts over all spaces, so that scores of BM25, never hits, depend
 * on what others have.
 */
public final class QdrantIndex implements ChunkIndex {

  private static final HealthCheckRequest HEALTH = HealthCheckRequest.getDefaultInstance();
  private static final int TOGETHER = 200;
  private static final int PAGE = 1_000;
  private static final Duration PROBE = Duration.ofSeconds(5);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final QdrantConfig config;
  private final int dimensions;
  private final Calls calls;
  private final Generation generation;
  private final Requests requests;
  private final SpaceSizes sizes = new SpaceSizes();
  private final Set<Future<Void>> writing = ConcurrentHashMap.newKeySet();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile long probe = -1;

  /**
   * @param collection of this model generation alone, made when it is not there
   * @param dimensions of its vectors
   * @throws IllegalArgumentException when the configuration has no address
   */
  public QdrantIndex(Vertx vertx, QdrantConfig config, String collection, int dimensions) {
    URI url = config.url();
    if (url == null) {
      throw new IllegalArgumentException("no address of Qdrant; set RUCHE_QDRANT_URL");
    }
    this.vertx = vertx;
    this.config = config;
    this.dimensions = dimensions;
    this.calls = new Calls(vertx, url, config);
    this.generation = new Generation(calls, collection, config, dimensions);
    this.requests = new Requests(collection, config);
  }

  @Override
  public Future<Void> start() {
    probe = vertx.setPeriodic(PROBE.toMillis(), timer -> probe());
    return generation.ready().recover(away -> Future.succeededFuture());
  }

  private void probe() {
    if (state().state() == Dependency.State.DOWN) {
      generation.again();
    } else {
      calls.ask(client -> client.qdrant().healthCheck(HEALTH));
    }
  }

  @Override
  public Future<Void> stop() {
    if (probe >= 0) {
      vertx.cancelTimer(probe);
    }
    return calls.close(CLOSE_BOUND);
  }

  @Override
  public Future<Void> put(Space space, List<IndexedChunk> chunks) {
    Map<UUID, IndexedChunk> last = new LinkedHashMap<>();
    for (IndexedChunk chunk : chunks) {
      if (chunk.vector().dimensions() != dimensions) {
        return wrong(
            "vectors have %d dimensions, not %d"
                .formatted(dimensions, chunk.vector().dimensions()));
      }
      try {
        MetadataTerms.of(chunk.metadata());
      } catch (IllegalArgumentException tooMany) {
        return Future.failedFuture(tooMany);
      }
      last.put(chunk.id(), chunk);
    }
    List<IndexedChunk> each = List.copyOf(last.values());
    return each.isEmpty()
        ? Future.succeededFuture()
        : write(each.size(), () -> put(space, each, 0));
  }

  private Future<Void> put(Space space, List<IndexedChunk> chunks, int from) {
    int to = Math.min(chunks.size(), from + TOGETHER);
    UpsertPoints request = requests.put(space, chunks.subList(from, to));
    Future<Void> put =
        calls.ask(client -> client.points().upsert(request)).compose(QdrantIndex::applied);
    return to == chunks.size() ? put : put.compose(done -> put(space, chunks, to));
  }

  @Override
  public Future<Void> remove(Space space, Collection<UUID> chunks) {
    return chunks.isEmpty()
        ? Future.succeededFuture()
        : write(chunks.size(), () -> delete(requests.remove(space, chunks)));
  }

  @Override
  public Future<Void> drop(Space space) {
    return write(1, () -> delete(requests.drop(space)));
  }

  private Future<Void> delete(DeletePoints request) {
    return calls.ask(client -> client.points().delete(request)).compose(QdrantIndex::applied);
  }

  private static Future<Void> applied(PointsOperationResponse answer) {
    UpdateStatus status = answer.getResult().getStatus();
    return status == UpdateStatus.Completed
        ? Future.succeededFuture()
        : Future.failedFuture(
            Failure.unavailable("Qdrant has not applied a write (" + status + ")", RETRY_AFTER));
  }

  private Future<Void> write(int chunks, Supplier<Future<Void>> call) {
    if (waiting.addAndGet(chunks) > config.writeQueue() && waiting.get() > chunks) {
      waiting.addAndGet(-chunks);
      return Future.failedFuture(
          Failure.unavailable(
              "%d chunks wait to be written already".formatted(config.writeQueue()), RETRY_AFTER));
    }
    Future<Void> written = there(call);
    writing.add(written);
    return written.onComplete(
        done -> {
          writing.remove(written);
          waiting.addAndGet(-chunks);
        });
  }

  /** Asks once the collection is there, and makes it again the next time if it is lost. */
  private <T> Future<T> there(Supplier<Future<T>> call) {
    return generation
        .ready()
        .compose(ready -> call.get())
        .onFailure(
            failure -> {
              if (Calls.isCollectionLost(failure)) {
                generation.lost();
              }
            });
  }

  @Override
  public Future<List<UUID>> chunksOf(Space space, String document) {
    return there(() -> chunksOf(space, document, null, new ArrayList<>()));
  }

  private Future<List<UUID>> chunksOf(
      Space space, String document, @Nullable PointId from, List<UUID> found) {
    return calls
        .ask(client -> client.points().scroll(requests.chunksOf(space, document, PAGE, from)))
        .compose(
            page -> {
              page.getResultList().forEach(point -> found.add(chunk(point.getPayloadMap())));
              return page.hasNextPageOffset()
                  ? chunksOf(space, document, page.getNextPageOffset(), found)
                  : Future.succeededFuture(found);
            });
  }

  @Override
  public Future<Void> refresh() {
    // Each write waits until searches see it.
    return Future.join(List.copyOf(writing))
        .<Void>mapEmpty()
        .recover(failed -> Future.succeededFuture());
  }

  @Override
  public Future<List<Scored>> dense(Space space, Vector query, int top, Filter filter) {
    if (query.dimensions() != dimensions) {
      return wrong("the vector of a query has " + dimensions + " dimensions");
    }
    return there(
        () ->
            sizes
                .of(space, () -> count(space, false))
                .compose(
                    size ->
                        calls.ask(
                            client ->
                                client
                                    .points()
                                    .query(
                                        requests.dense(
                                            space,
                                            query,
                                            top,
                                            filter,
                                            size <= config.exactChunks()))))
                .map(QdrantIndex::scored));
  }

  @Override
  public Future<List<Scored>> lexical(
      Space space, String query, String language, int top, Filter filter) {
    WordVector words = WordVector.ofQuery(query, language);
    return words.isEmpty()
        ? Future.succeededFuture(List.of())
        : there(
            () ->
                calls
                    .ask(client -> client.points().query(requests.words(space, words, top, filter)))
                    .map(QdrantIndex::scored));
  }

  @Override
  public Future<Long> size(Space space) {
    return there(() -> count(space, true));
  }

  private Future<Long> count(Space space, boolean exact) {
    CountPoints request = requests.count(space, exact);
    return calls
        .ask(client -> client.points().count(request))
        .map(answer -> answer.getResult().getCount());
  }

  @Override
  public Dependency state() {
    return calls.state();
  }

  private static <T> Future<T> wrong(String detail) {
    return Future.failedFuture(new IllegalArgumentException(detail));
  }

  private static UUID chunk(Map<String, Value> payload) {
    return UUID.fromString(Objects.requireNonNull(payload.get(Conditions.CHUNK)).getStringValue());
  }

  private static List<Scored> scored(QueryResponse answer) {
    return answer.getResultList().stream()
        .map(point -> new Scored(chunk(point.getPayloadMap()), point.getScore()))
        .sorted(Comparator.comparingDouble(Scored::score).reversed().thenComparing(Scored::chunk))
        .toList();
  }
}
