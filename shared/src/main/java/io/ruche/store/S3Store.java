package io.ruche.store;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Clock;
import java.util.function.Function;

/** Objects in an S3 store, read piece by piece. */
public final class S3Store {

  private static final int CONNECT_MILLIS = 5_000;
  private static final long IDLE_MILLIS = 30_000;
  private static final long CANCEL = 0x8;

  private final S3Address address;
  private final HttpClientAgent http;
  private final Clock clock;

  /** A store that is not asked yet; its connections are closed with Vert.x. */
  public S3Store(Vertx vertx, S3Address address, Clock clock) {
    this.address = address;
    this.clock = clock;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl("https".equalsIgnoreCase(address.url().getScheme()))
                .setConnectTimeout(CONNECT_MILLIS));
  }

  /**
   * Reads an object of the configured bucket. Fails with {@link S3Exception}, or as the sink does.
   *
   * @param most bytes that it may have
   * @param sink takes the pieces in order, the next one once it is done with one
   */
  public Future<Void> read(String key, long most, Function<Buffer, Future<Void>> sink) {
    String path = S3Signature.path(address.bucket(), key);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    headers.addAll(S3Signature.headers(address, "GET", path, clock.instant()));
    boolean tls = "https".equalsIgnoreCase(address.url().getScheme());
    int port = address.url().getPort();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(address.url().getHost())
            .setPort(port >= 0 ? port : tls ? 443 : 80)
            .setURI(path)
            .setHeaders(headers)
            .setIdleTimeout(IDLE_MILLIS);
    return http.request(options)
        .recover(failure -> Future.failedFuture(unreadable(failure)))
        .compose(
            request ->
                request
                    .send()
                    .recover(failure -> Future.failedFuture(unreadable(failure)))
                    .compose(answer -> take(request, answer, key, most, sink)));
  }

  private static Future<Void> take(
      HttpClientRequest request,
      HttpClientResponse answer,
      String key,
      long most,
      Function<Buffer, Future<Void>> sink) {
    int status = answer.statusCode();
    if (status != 200) {
      answer.exceptionHandler(reset -> {});
      request.reset(CANCEL);
      return Future.failedFuture(
          new S3Exception("S3 answered " + status + " for the object " + key + ".", status == 404));
    }
    Promise<Void> taken = Promise.promise();
    long[] read = {0};
    answer
        .handler(
            piece -> {
              read[0] += piece.length();
              if (read[0] > most) {
                taken.tryFail(
                    new S3Exception("The object is longer than " + most + " bytes.", true));
                request.reset(CANCEL);
                return;
              }
              answer.pause();
              sink.apply(piece)
                  .onSuccess(v -> answer.resume())
                  .onFailure(
                      failure -> {
                        taken.tryFail(failure);
                        request.reset(CANCEL);
                      });
            })
        .endHandler(v -> taken.tryComplete())
        .exceptionHandler(failure -> taken.tryFail(unreadable(failure)));
    return taken.future();
  }

  private static S3Exception unreadable(Throwable failure) {
    return new S3Exception("S3 cannot be read: " + failure.getMessage(), false);
  }
}
