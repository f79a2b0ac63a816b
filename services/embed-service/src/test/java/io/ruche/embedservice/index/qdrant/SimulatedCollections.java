package io.ruche.embedservice.index.qdrant;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionExists;
import io.qdrant.client.grpc.Collections.CollectionExistsRequest;
import io.qdrant.client.grpc.Collections.CollectionExistsResponse;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.CollectionsGrpc;
import java.util.Map;

/** Collections, as Qdrant has them. */
final class SimulatedCollections extends CollectionsGrpc.CollectionsImplBase {

  private final Map<String, SimulatedCollection> collections;

  SimulatedCollections(Map<String, SimulatedCollection> collections) {
    this.collections = collections;
  }

  @Override
  public void collectionExists(
      CollectionExistsRequest request, StreamObserver<CollectionExistsResponse> observer) {
    boolean exists = collections.containsKey(request.getCollectionName());
    observer.onNext(
        CollectionExistsResponse.newBuilder()
            .setResult(CollectionExists.newBuilder().setExists(exists))
            .build());
    observer.onCompleted();
  }

  @Override
  public void get(
      GetCollectionInfoRequest request, StreamObserver<GetCollectionInfoResponse> observer) {
    SimulatedCollection collection = collections.get(request.getCollectionName());
    if (collection == null) {
      observer.onError(Status.NOT_FOUND.asRuntimeException());
      return;
    }
    CollectionParams params =
        CollectionParams.newBuilder()
            .setVectorsConfig(collection.definition().getVectorsConfig())
            .build();
    observer.onNext(
        GetCollectionInfoResponse.newBuilder()
            .setResult(
                CollectionInfo.newBuilder()
                    .setConfig(CollectionConfig.newBuilder().setParams(params)))
            .build());
    observer.onCompleted();
  }

  @Override
  public void create(
      CreateCollection request, StreamObserver<CollectionOperationResponse> observer) {
    SimulatedCollection made = new SimulatedCollection(request);
    if (collections.putIfAbsent(request.getCollectionName(), made) != null) {
      observer.onError(
          Status.INVALID_ARGUMENT.withDescription("already exists").asRuntimeException());
      return;
    }
    observer.onNext(CollectionOperationResponse.newBuilder().setResult(true).build());
    observer.onCompleted();
  }
}
