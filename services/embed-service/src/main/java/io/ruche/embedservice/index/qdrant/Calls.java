package io.ruche.embedservice.index.qdrant;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.qdrant.client.QdrantGrpcClient;
import io.ruche.config.Secret;
import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection to Qdrant: its answers as Futures of Vert.x, its faults as failures. It asks the
 * stubs and not the client above them, which logs every failed call with its stack.
 */
final class Calls {

  private static final int LARGEST_ANSWER = 64 << 20;
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final String address;
  private final ManagedChannel channel;
  private final QdrantGrpcClient client;
  private volatile Dependency state = Dependency.down("Qdrant has not been asked yet");
  private volatile @Nullable String unusable;

  Calls(Vertx vertx, URI url, QdrantConfig config) {
    this.vertx = vertx;
    this.address = url.getHost() + ":" + QdrantConfig.port(url);
    ManagedChannelBuilder<?> builder =
        ManagedChannelBuilder.forAddress(url.getHost(), QdrantConfig.port(url))
            .maxInboundMessageSize(LARGEST_ANSWER)
            .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS);
    if (QdrantConfig.isTls(url)) {
      builder.useTransportSecurity();
    } else {
      builder.usePlaintext();
    }
    this.channel = builder.build();
    QdrantGrpcClient.Builder grpc =
        QdrantGrpcClient.newBuilder(channel, true, false).withTimeout(config.timeout());
    Secret key = config.apiKey();
    if (key != null) {
      grpc.withApiKey(key.value());
    }
    this.client = grpc.build();
  }

  /** Asks; the answer comes on the caller's context. */
  <T> Future<T> ask(Function<QdrantGrpcClient, ListenableFuture<T>> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    ListenableFuture<T> called = call.apply(client);
    called.addListener(() -> settle(called, answer), MoreExecutors.directExecutor());
    return Future.fromCompletionStage(answer, vertx.getOrCreateContext());
  }

  private <T> void settle(ListenableFuture<T> called, CompletableFuture<T> answer) {
    try {
      T result = Futures.getDone(called);
      state = Dependency.up();
      answer.complete(result);
    } catch (ExecutionException | CancellationException fault) {
      answer.completeExceptionally(failure(fault));
    }
  }

  Dependency state() {
    Dependency answers = state;
    String detail = unusable;
    return answers.state() == Dependency.State.UP && detail != null
        ? Dependency.down(detail)
        : answers;
  }

  /** Says that Qdrant answers and cannot be used. */
  void unusable(String detail) {
    unusable = detail;
  }

  /** Says that it can. */
  void usable() {
    unusable = null;
  }

  /** Ends calls that are under way, at most within the bound. */
  Future<Void> close(Duration bound) {
    client.close();
    return vertx.executeBlocking(
        () -> {
          if (!channel.awaitTermination(bound.toMillis(), TimeUnit.MILLISECONDS)) {
            channel.shutdownNow();
          }
          return null;
        },
        false);
  }

  private Failure failure(Throwable fault) {
    Status.Code code = Status.fromThrowable(fault).getCode();
    String what =
        switch (code) {
          case UNAVAILABLE -> "does not answer";
          case DEADLINE_EXCEEDED -> "took too long";
          case UNAUTHENTICATED, PERMISSION_DENIED -> "refuses the key; set RUCHE_QDRANT_API_KEY";
          case RESOURCE_EXHAUSTED -> "has too much to do";
          case NOT_FOUND -> "has lost its collection";
          default -> "failed (" + code.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
        };
    String detail = "Qdrant at " + address + " " + what;
    switch (code) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED, PERMISSION_DENIED ->
          state = Dependency.down(detail);
      default -> {
        // It answers; only this call has failed.
      }
    }
    return Failure.unavailable(detail, RETRY_AFTER).withCause(fault);
  }

  /** Whether a failure says that the collection is not there. */
  static boolean isCollectionLost(Throwable failure) {
    return failure.getCause() != null
        && Status.fromThrowable(failure.getCause()).getCode() == Status.Code.NOT_FOUND;
  }
}
