package io.ruche.embedservice.index.qdrant;

import io.qdrant.client.grpc.Collections.CollectionExistsRequest;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.FloatIndexParams;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.KeywordIndexParams;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The collection of a model generation, made on first use. It has no graph over all spaces, which
 * nobody searches: each space that is large enough has its own.
 */
final class Generation {

  private static final int BYTES_OF_NUMBER = 4;
  private static final int KIB = 1024;

  private final Calls calls;
  private final String collection;
  private final QdrantConfig config;
  private final int dimensions;
  private volatile @Nullable Future<Void> made;

  Generation(Calls calls, String collection, QdrantConfig config, int dimensions) {
    this.calls = calls;
    this.collection = collection;
    this.config = config;
    this.dimensions = dimensions;
  }

  /** Completes when it is there; a try that failed is made again by the next call. */
  Future<Void> ready() {
    Future<Void> before = made;
    if (before != null && !before.failed()) {
      return before;
    }
    Future<Void> now = make();
    made = now;
    return now;
  }

  /** It is not there after all. */
  void lost() {
    made = null;
  }

  /** Looks again, whatever was found before. */
  Future<Void> again() {
    Future<Void> before = made;
    if (before != null && !before.isComplete()) {
      return before;
    }
    lost();
    return ready();
  }

  private Future<Void> make() {
    CollectionExistsRequest exists =
        CollectionExistsRequest.newBuilder().setCollectionName(collection).build();
    return calls
        .ask(client -> client.collections().collectionExists(exists))
        .compose(answer -> answer.getResult().getExists() ? check() : create())
        .compose(there -> indexes())
        .onSuccess(done -> calls.usable());
  }

  private Future<Void> check() {
    GetCollectionInfoRequest get =
        GetCollectionInfoRequest.newBuilder().setCollectionName(collection).build();
    return calls
        .ask(client -> client.collections().get(get))
        .compose(
            info -> {
              long there = dimensions(info.getResult());
              if (there == dimensions) {
                return Future.succeededFuture();
              }
              String detail =
                  "Qdrant's collection %s has vectors of %d dimensions, not %d"
                      .formatted(collection, there, dimensions);
              calls.unusable(detail);
              return Future.failedFuture(Failure.unavailable(detail));
            });
  }

  private static long dimensions(CollectionInfo info) {
    VectorParams none = VectorParams.getDefaultInstance();
    return info.getConfig()
        .getParams()
        .getVectorsConfig()
        .getParamsMap()
        .getMapOrDefault(ChunkPoint.DENSE, none)
        .getSize();
  }

  private Future<Void> create() {
    return calls
        .ask(client -> client.collections().create(definition()))
        .<Void>mapEmpty()
        // Another process may have made it in between.
        .recover(failed -> check());
  }

  private CreateCollection definition() {
    long exactKib = (long) config.exactChunks() * dimensions * BYTES_OF_NUMBER / KIB;
    HnswConfigDiff graph =
        HnswConfigDiff.newBuilder()
            .setM(0)
            .setPayloadM(config.connections())
            .setEfConstruct(config.buildCandidates())
            .setFullScanThreshold(Math.max(10, exactKib))
            .build();
    VectorParams dense =
        VectorParams.newBuilder().setSize(dimensions).setDistance(Distance.Dot).build();
    SparseVectorParams words = SparseVectorParams.newBuilder().setModifier(Modifier.Idf).build();
    return CreateCollection.newBuilder()
        .setCollectionName(collection)
        .setHnswConfig(graph)
        .setVectorsConfig(
            VectorsConfig.newBuilder()
                .setParamsMap(VectorParamsMap.newBuilder().putMap(ChunkPoint.DENSE, dense)))
        .setSparseVectorsConfig(SparseVectorConfig.newBuilder().putMap(ChunkPoint.WORDS, words))
        .build();
  }

  /** Made again they stay as they are. */
  private Future<Void> indexes() {
    PayloadIndexParams number =
        PayloadIndexParams.newBuilder().setFloatIndexParams(FloatIndexParams.newBuilder()).build();
    List<CreateFieldIndexCollection> fields =
        List.of(
            field(Conditions.SPACE, FieldType.FieldTypeKeyword, keyword(true)),
            field(Conditions.DOCUMENT, FieldType.FieldTypeKeyword, keyword(false)),
            field(Conditions.TERMS, FieldType.FieldTypeKeyword, keyword(false)),
            field(
                Conditions.NUMBERS + "[]." + Conditions.NUMBER_FIELD,
                FieldType.FieldTypeKeyword,
                keyword(false)),
            field(
                Conditions.NUMBERS + "[]." + Conditions.NUMBER_VALUE,
                FieldType.FieldTypeFloat,
                number));
    Future<Void> all = Future.succeededFuture();
    for (CreateFieldIndexCollection field : fields) {
      all =
          all.compose(
              before -> calls.ask(client -> client.points().createFieldIndex(field)).mapEmpty());
    }
    return all;
  }

  private static PayloadIndexParams keyword(boolean tenant) {
    return PayloadIndexParams.newBuilder()
        .setKeywordIndexParams(KeywordIndexParams.newBuilder().setIsTenant(tenant))
        .build();
  }

  private CreateFieldIndexCollection field(String name, FieldType type, PayloadIndexParams params) {
    return CreateFieldIndexCollection.newBuilder()
        .setCollectionName(collection)
        .setWait(true)
        .setFieldName(name)
        .setFieldType(type)
        .setFieldIndexParams(params)
        .build();
  }
}
