package io.ruche.embedservice.index.qdrant;

import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.WithPayloadSelectorFactory.include;

import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.AcornSearchParams;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.vector.Vector;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Every request about points. Each filter is begun by {@link #within}, which names the space; there
 * is no other way to one here, and none elsewhere makes a request about points.
 */
final class Requests {

  private final String collection;
  private final QdrantConfig config;

  Requests(String collection, QdrantConfig config) {
    this.collection = collection;
    this.config = config;
  }

  private static Common.Filter.Builder within(Space space) {
    return Common.Filter.newBuilder().addMust(Conditions.space(space));
  }

  private static Common.Filter within(Space space, Filter filter) {
    Common.Filter.Builder within = within(space);
    return filter.equals(Filter.NONE)
        ? within.build()
        : within.addMust(Conditions.met(space, filter)).build();
  }

  /** Of equal ids the last one stays. */
  UpsertPoints put(Space space, List<IndexedChunk> chunks) {
    return UpsertPoints.newBuilder()
        .setCollectionName(collection)
        .setWait(true)
        .addAllPoints(chunks.stream().map(chunk -> ChunkPoint.of(space, chunk)).toList())
        .build();
  }

  DeletePoints remove(Space space, Collection<UUID> chunks) {
    List<PointId> ids = chunks.stream().map(chunk -> ChunkPoint.pointId(space, chunk)).toList();
    return delete(within(space).addMust(hasId(ids)));
  }

  DeletePoints drop(Space space) {
    return delete(within(space));
  }

  private DeletePoints delete(Common.Filter.Builder filter) {
    return DeletePoints.newBuilder()
        .setCollectionName(collection)
        .setWait(true)
        .setPoints(PointsSelector.newBuilder().setFilter(filter))
        .build();
  }

  ScrollPoints chunksOf(Space space, String document, int limit, @Nullable PointId from) {
    ScrollPoints.Builder scroll =
        ScrollPoints.newBuilder()
            .setCollectionName(collection)
            .setFilter(within(space, new Filter.Documents(Set.of(document))))
            .setLimit(limit)
            .setWithPayload(include(List.of(Conditions.CHUNK)));
    return from == null ? scroll.build() : scroll.setOffset(from).build();
  }

  CountPoints count(Space space, boolean exact) {
    return CountPoints.newBuilder()
        .setCollectionName(collection)
        .setFilter(within(space))
        .setExact(exact)
        .build();
  }

  /**
   * @param exact whether each vector of the space is compared
   */
  QueryPoints dense(Space space, Vector query, int top, Filter filter, boolean exact) {
    SearchParams.Builder how = SearchParams.newBuilder();
    if (exact) {
      how.setExact(true);
    } else {
      how.setHnswEf(Math.max(top, config.searchCandidates()))
          .setAcorn(AcornSearchParams.newBuilder().setEnable(true));
    }
    return query(space, top, filter)
        .setQuery(nearest(query.values()))
        .setUsing(ChunkPoint.DENSE)
        .setParams(how)
        .build();
  }

  QueryPoints words(Space space, WordVector query, int top, Filter filter) {
    return query(space, top, filter)
        .setQuery(nearest(query.weights(), query.dimensions()))
        .setUsing(ChunkPoint.WORDS)
        .build();
  }

  private QueryPoints.Builder query(Space space, int top, Filter filter) {
    return QueryPoints.newBuilder()
        .setCollectionName(collection)
        .setFilter(within(space, filter))
        .setLimit(top)
        .setWithPayload(include(List.of(Conditions.CHUNK)));
  }
}
