package io.ruche.embedservice.index.qdrant;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.QdrantGrpc;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Qdrant's published gRPC contract in memory, as far as the store uses it: it looks at every point
 * that a filter lets through, and has no graph.
 */
final class QdrantSimulator {

  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

  private final Map<String, SimulatedCollection> collections = new ConcurrentHashMap<>();
  private final SimulatedPoints points = new SimulatedPoints(collections);
  private final @Nullable String apiKey;
  private Server server;

  QdrantSimulator(@Nullable String apiKey) throws IOException {
    this.apiKey = apiKey;
    this.server = open(0);
  }

  private Server open(int port) throws IOException {
    return ServerBuilder.forPort(port)
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .maxInboundMessageSize(64 << 20)
        .addService(points)
        .addService(new SimulatedCollections(collections))
        .addService(new Health())
        .intercept(new KeyCheck())
        .build()
        .start();
  }

  int port() {
    return server.getPort();
  }

  Map<String, SimulatedCollection> collections() {
    return collections;
  }

  SimulatedPoints points() {
    return points;
  }

  /** It does not answer until {@link #comeBack}. */
  int goAway() throws InterruptedException {
    int port = port();
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    return port;
  }

  void comeBack(int port) throws IOException {
    server = open(port);
  }

  void close() throws InterruptedException {
    goAway();
  }

  private final class KeyCheck implements ServerInterceptor {

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if (apiKey != null && !apiKey.equals(headers.get(API_KEY))) {
        call.close(Status.UNAUTHENTICATED.withDescription("Invalid API key"), new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, headers);
    }
  }

  private static final class Health extends QdrantGrpc.QdrantImplBase {

    @Override
    public void healthCheck(HealthCheckRequest request, StreamObserver<HealthCheckReply> observer) {
      observer.onNext(
          HealthCheckReply.newBuilder().setTitle("simulated").setVersion("1.16.0").build());
      observer.onCompleted();
    }
  }
}
