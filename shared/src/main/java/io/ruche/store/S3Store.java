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
import io.vertx.core.streams.ReadStream;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Objects in an S3 store, read and written piece by piece. */
public final class S3Store {

  private static final int CONNECT_MILLIS = 5_000;
  private static final long IDLE_MILLIS = 30_000;
  private static final long CANCEL = 0x8;

  private final S3Address address;
  private final HttpClientAgent http;
  private final Clock clock;

  /**
   * A store that is not asked yet. Its connections are closed with Vert.x, or once nobody holds it,
   * even if it was not done with a request.
   */
  public S3Store(Vertx vertx, S3Address address, Clock clock) {
    this.address = address;
    this.clock = clock;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl("https".equalsIgnoreCase(address.url().getScheme()))
                .setConnectTimeout(CONNECT_MILLIS));
  }

  /** The configured bucket. */
  public String bucket() {
    return address.bucket();
  }

  /**
   * Reads an object of the configured bucket. Fails with {@link S3Exception}, or as the sink does.
   *
   * @param most bytes that it may have
   * @param sink takes the pieces in order, the next one once it is done with one
   */
  public Future<Void> read(String key, long most, Function<Buffer, Future<Void>> sink) {
    RequestOptions options = options(HttpMethod.GET, key, new TreeMap<>(), S3Signature.NO_BODY);
    return http.request(options)
        .recover(failure -> Future.failedFuture(unreadable(failure)))
        .compose(
            request ->
                request
                    .send()
                    .recover(failure -> Future.failedFuture(unreadable(failure)))
                    .compose(answer -> take(request, answer, key, most, sink)));
  }

  /**
   * Writes an object of the configured bucket, whole or not at all. Fails with {@link S3Exception}.
   *
   * @param length of the bytes, which must be right
   */
  public Future<Void> write(String key, String contentType, long length, ReadStream<Buffer> bytes) {
    RequestOptions options = options(HttpMethod.PUT, key, new TreeMap<>(), S3Signature.ANY_BODY);
    options.putHeader("content-type", contentType);
    options.putHeader("content-length", Long.toString(length));
    return http.request(options)
        .compose(request -> request.send(bytes))
        .recover(failure -> Future.failedFuture(unreachable("written", failure)))
        .compose(answer -> done(answer, key));
  }

  /** Deletes an object; one that is not there is no fault. Fails with {@link S3Exception}. */
  public Future<Void> delete(String key) {
    return http.request(options(HttpMethod.DELETE, key, new TreeMap<>(), S3Signature.NO_BODY))
        .compose(HttpClientRequest::send)
        .recover(failure -> Future.failedFuture(unreachable("reached", failure)))
        .compose(
            answer -> {
              if (answer.statusCode() == 404) {
                return answer.end();
              }
              return done(answer, key);
            });
  }

  /**
   * Objects whose keys begin so, in the order of their keys. Fails with {@link S3Exception}.
   *
   * @param after the key behind which it begins; empty for the first page
   * @param most up to 1000
   */
  public Future<List<S3Object>> list(String prefix, String after, int most) {
    TreeMap<String, String> parameters = new TreeMap<>();
    parameters.put("list-type", "2");
    parameters.put("max-keys", Integer.toString(most));
    parameters.put("prefix", prefix);
    if (!after.isEmpty()) {
      parameters.put("start-after", after);
    }
    return http.request(options(HttpMethod.GET, "", parameters, S3Signature.NO_BODY))
        .compose(HttpClientRequest::send)
        .recover(failure -> Future.failedFuture(unreachable("listed", failure)))
        .compose(
            answer ->
                answer.statusCode() == 200
                    ? answer.body().map(S3Object::list)
                    : done(answer, prefix).map(List.of()));
  }

  private static Future<Void> done(HttpClientResponse answer, String key) {
    int status = answer.statusCode();
    return answer
        .end()
        .compose(
            ended ->
                status >= 200 && status < 300
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new S3Exception(
                            "S3 answered " + status + " for the object " + key + ".", false)));
  }

  private RequestOptions options(
      HttpMethod method, String key, SortedMap<String, String> parameters, String body) {
    String path = S3Signature.path(address.bucket(), key);
    String query = S3Signature.query(parameters);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    headers.addAll(S3Signature.headers(address, method.name(), path, query, body, clock.instant()));
    boolean tls = "https".equalsIgnoreCase(address.url().getScheme());
    int port = address.url().getPort();
    return new RequestOptions()
        .setMethod(method)
        .setHost(address.url().getHost())
        .setPort(port >= 0 ? port : tls ? 443 : 80)
        .setURI(query.isEmpty() ? path : path + "?" + query)
        .setHeaders(headers)
        .setIdleTimeout(IDLE_MILLIS);
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
    return unreachable("read", failure);
  }

  private static S3Exception unreachable(String done, Throwable failure) {
    return failure instanceof S3Exception already
        ? already
        : new S3Exception("S3 cannot be " + done + ": " + failure.getMessage(), false);
  }
}
