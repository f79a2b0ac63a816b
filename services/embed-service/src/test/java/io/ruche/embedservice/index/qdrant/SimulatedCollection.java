package io.ruche.embedservice.index.qdrant;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.Vector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Points in memory, those of a space found by their payload index. */
final class SimulatedCollection {

  private final CreateCollection definition;
  private final NavigableMap<String, PointStruct> points = new TreeMap<>();
  private final Map<String, NavigableMap<String, PointStruct>> bySpace = new HashMap<>();
  private final Map<Integer, Integer> chunksWithWord = new HashMap<>();
  private final Map<String, CreateFieldIndexCollection> indexes = new HashMap<>();

  SimulatedCollection(CreateCollection definition) {
    this.definition = definition;
  }

  CreateCollection definition() {
    return definition;
  }

  synchronized Map<String, CreateFieldIndexCollection> indexes() {
    return Map.copyOf(indexes);
  }

  synchronized void index(CreateFieldIndexCollection field) {
    indexes.put(field.getFieldName(), field);
  }

  synchronized void put(PointStruct point) {
    check(point);
    remove(point.getId().getUuid());
    points.put(point.getId().getUuid(), point);
    bySpace
        .computeIfAbsent(space(point), name -> new TreeMap<>())
        .put(point.getId().getUuid(), point);
    words(point).forEach(word -> chunksWithWord.merge(word, 1, Integer::sum));
  }

  synchronized void remove(String id) {
    PointStruct gone = points.remove(id);
    if (gone != null) {
      bySpace.get(space(gone)).remove(id);
      words(gone).forEach(word -> chunksWithWord.merge(word, -1, Integer::sum));
    }
  }

  synchronized int size() {
    return points.size();
  }

  /** In the order of their ids. */
  synchronized List<PointStruct> matching(Filter filter) {
    Collection<PointStruct> some = points.values();
    for (Condition condition : filter.getMustList()) {
      if (condition.getField().getKey().equals("space")
          && condition.getField().getMatch().hasKeyword()) {
        some =
            bySpace
                .getOrDefault(condition.getField().getMatch().getKeyword(), new TreeMap<>())
                .values();
      }
    }
    List<PointStruct> matching = new ArrayList<>();
    for (PointStruct point : some) {
      if (SimulatedFilter.met(filter, point)) {
        matching.add(point);
      }
    }
    return matching;
  }

  /** Qdrant's own formula, over the whole collection. */
  synchronized double rarity(int word) {
    double with = chunksWithWord.getOrDefault(word, 0);
    return Math.log((points.size() - with + 0.5) / (with + 0.5) + 1);
  }

  private static String space(PointStruct point) {
    return point.getPayloadOrThrow("space").getStringValue();
  }

  private static List<Integer> words(PointStruct point) {
    return sparse(point.getVectors().getVectors().getVectorsMap().get("words")).getIndicesList();
  }

  static SparseVector sparse(Vector vector) {
    return vector == null ? SparseVector.getDefaultInstance() : vector.getSparse();
  }

  /** Clients may write either form. */
  @SuppressWarnings("deprecation")
  static List<Float> dense(Vector vector) {
    return vector.hasDense() ? vector.getDense().getDataList() : vector.getDataList();
  }

  private void check(PointStruct point) {
    Map<String, Vector> vectors = point.getVectors().getVectors().getVectorsMap();
    long dimensions = definition.getVectorsConfig().getParamsMap().getMapOrThrow("dense").getSize();
    if (dense(vectors.get("dense")).size() != dimensions) {
      throw Status.INVALID_ARGUMENT.withDescription("dimensions").asRuntimeException();
    }
    SparseVector words = sparse(vectors.get("words"));
    if (new HashSet<>(words.getIndicesList()).size() != words.getIndicesCount()
        || words.getIndicesCount() != words.getValuesCount()) {
      throw Status.INVALID_ARGUMENT.withDescription("must be unique").asRuntimeException();
    }
    if (point.getId().getUuid().isEmpty()) {
      throw Status.INVALID_ARGUMENT.withDescription("id").asRuntimeException();
    }
  }
}
