package io.ruche.embedservice.index.qdrant;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.VectorInput;
import io.qdrant.client.grpc.PointsGrpc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Points, as Qdrant stores and finds them. Keeps what it was asked, for tests. */
final class SimulatedPoints extends PointsGrpc.PointsImplBase {

  private final Map<String, SimulatedCollection> collections;
  private final List<Filter> filters = Collections.synchronizedList(new ArrayList<>());
  private final List<QueryPoints> queries = Collections.synchronizedList(new ArrayList<>());
  private final List<Boolean> waits = Collections.synchronizedList(new ArrayList<>());

  SimulatedPoints(Map<String, SimulatedCollection> collections) {
    this.collections = collections;
  }

  /** Every filter that came. */
  List<Filter> filters() {
    return List.copyOf(filters);
  }

  List<QueryPoints> queries() {
    return List.copyOf(queries);
  }

  /** Of every write, whether it was to be waited for. */
  List<Boolean> waits() {
    return List.copyOf(waits);
  }

  private SimulatedCollection collection(String name) {
    SimulatedCollection collection = collections.get(name);
    if (collection == null) {
      throw Status.NOT_FOUND.withDescription("Not found: Collection").asRuntimeException();
    }
    return collection;
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> answer) {
    try {
      observer.onNext(answer.get());
      observer.onCompleted();
    } catch (StatusRuntimeException fault) {
      observer.onError(fault);
    } catch (RuntimeException fault) {
      observer.onError(Status.INTERNAL.withCause(fault).asRuntimeException());
    }
  }

  private static PointsOperationResponse done() {
    return PointsOperationResponse.newBuilder()
        .setResult(UpdateResult.newBuilder().setStatus(UpdateStatus.Completed))
        .build();
  }

  @Override
  public void upsert(UpsertPoints request, StreamObserver<PointsOperationResponse> observer) {
    answer(
        observer,
        () -> {
          waits.add(request.getWait());
          SimulatedCollection collection = collection(request.getCollectionName());
          request.getPointsList().forEach(collection::put);
          return done();
        });
  }

  @Override
  public void delete(DeletePoints request, StreamObserver<PointsOperationResponse> observer) {
    answer(
        observer,
        () -> {
          waits.add(request.getWait());
          filters.add(request.getPoints().getFilter());
          SimulatedCollection collection = collection(request.getCollectionName());
          collection
              .matching(request.getPoints().getFilter())
              .forEach(point -> collection.remove(point.getId().getUuid()));
          return done();
        });
  }

  @Override
  public void createFieldIndex(
      CreateFieldIndexCollection request, StreamObserver<PointsOperationResponse> observer) {
    answer(
        observer,
        () -> {
          collection(request.getCollectionName()).index(request);
          return done();
        });
  }

  @Override
  public void count(CountPoints request, StreamObserver<CountResponse> observer) {
    answer(
        observer,
        () -> {
          filters.add(request.getFilter());
          int count = collection(request.getCollectionName()).matching(request.getFilter()).size();
          return CountResponse.newBuilder()
              .setResult(CountResult.newBuilder().setCount(count))
              .build();
        });
  }

  @Override
  public void scroll(ScrollPoints request, StreamObserver<ScrollResponse> observer) {
    answer(
        observer,
        () -> {
          filters.add(request.getFilter());
          ScrollResponse.Builder page = ScrollResponse.newBuilder();
          for (PointStruct point :
              collection(request.getCollectionName()).matching(request.getFilter())) {
            if (point.getId().getUuid().compareTo(request.getOffset().getUuid()) < 0) {
              continue;
            }
            if (page.getResultCount() == request.getLimit()) {
              page.setNextPageOffset(point.getId());
              break;
            }
            page.addResult(
                RetrievedPoint.newBuilder()
                    .setId(point.getId())
                    .putAllPayload(point.getPayloadMap()));
          }
          return page.build();
        });
  }

  @Override
  public void query(QueryPoints request, StreamObserver<QueryResponse> observer) {
    answer(
        observer,
        () -> {
          filters.add(request.getFilter());
          queries.add(request);
          SimulatedCollection collection = collection(request.getCollectionName());
          VectorInput vector = request.getQuery().getNearest();
          List<ScoredPoint> hits = new ArrayList<>();
          for (PointStruct point : collection.matching(request.getFilter())) {
            double score =
                vector.hasSparse()
                    ? words(collection, vector.getSparse(), point)
                    : cosine(vector.getDense().getDataList(), point);
            if (!vector.hasSparse() || score > 0) {
              hits.add(
                  ScoredPoint.newBuilder()
                      .setId(point.getId())
                      .setScore((float) score)
                      .putAllPayload(point.getPayloadMap())
                      .build());
            }
          }
          hits.sort(Comparator.comparing((ScoredPoint hit) -> -hit.getScore()));
          return QueryResponse.newBuilder()
              .addAllResult(hits.stream().limit(request.getLimit()).toList())
              .build();
        });
  }

  private static double cosine(List<Float> query, PointStruct point) {
    List<Float> vector =
        SimulatedCollection.dense(point.getVectors().getVectors().getVectorsMap().get("dense"));
    double sum = 0;
    for (int i = 0; i < query.size(); i++) {
      sum += (double) query.get(i) * vector.get(i);
    }
    return sum;
  }

  private static double words(
      SimulatedCollection collection, SparseVector query, PointStruct point) {
    SparseVector vector =
        SimulatedCollection.sparse(point.getVectors().getVectors().getVectorsMap().get("words"));
    Map<Integer, Float> weights = new HashMap<>();
    for (int i = 0; i < vector.getIndicesCount(); i++) {
      weights.put(vector.getIndices(i), vector.getValues(i));
    }
    double sum = 0;
    for (int i = 0; i < query.getIndicesCount(); i++) {
      int word = query.getIndices(i);
      sum += query.getValues(i) * weights.getOrDefault(word, 0f) * collection.rarity(word);
    }
    return sum;
  }
}
