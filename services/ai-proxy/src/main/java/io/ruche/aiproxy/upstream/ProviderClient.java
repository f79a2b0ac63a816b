package io.ruche.aiproxy.upstream;

import io.ruche.aiproxy.operation.AnswerType;
import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.aiproxy.routing.Pool;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.Target;
import io.ruche.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Connections to one provider. Each event loop has a client of its own, so that a request and its
 * call stay on one thread. The client's own key never comes here; the provider's goes with every
 * call.
 */
final class ProviderClient {

  private static final String JSON_OR_EVENTS = "application/json, text/event-stream";

  private final Vertx vertx;
  private final Provider provider;
  private final HttpClient http;
  private final MultiMap getHeaders;
  private final Map<Operation, RequestOptions> operations = new EnumMap<>(Operation.class);

  /** A client whose connections are closed with the verticle that opens it, or with Vert.x. */
  ProviderClient(Vertx vertx, Provider provider) {
    this.vertx = vertx;
    this.provider = provider;
    Pool pool = provider.pool();
    this.http =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_1_1)
                    .setSsl(provider.tls())
                    .setDefaultHost(provider.baseUrl().getHost())
                    .setDefaultPort(provider.port())
                    .setConnectTimeout(Math.toIntExact(provider.timeouts().connect().toMillis()))
                    .setKeepAliveTimeout(Math.toIntExact(pool.idle().toSeconds()))
                    .setTcpNoDelay(true))
            .with(
                new PoolOptions()
                    .setHttp1MaxSize(pool.size())
                    .setMaxWaitQueueSize(pool.queue())
                    .setCleanerPeriod(1_000))
            .build();
    this.getHeaders = headers(provider);
    for (Operation operation : Operation.values()) {
      MultiMap postHeaders =
          headers(provider)
              .set(HttpHeaders.ACCEPT, accepted(operation))
              .set(HttpHeaders.CONTENT_TYPE, "application/json");
      operations.put(operation, options(HttpMethod.POST, operation.path(), postHeaders));
    }
  }

  private static MultiMap headers(Provider provider) {
    // No Accept-Encoding: the answer is to pass as it is, piece by piece.
    MultiMap headers =
        HttpHeaders.headers()
            .set(HttpHeaders.ACCEPT, JSON_OR_EVENTS)
            .set(HttpHeaders.USER_AGENT, "ruche-ai-proxy");
    Secret key = provider.apiKey();
    return key == null ? headers : headers.set(HttpHeaders.AUTHORIZATION, "Bearer " + key.value());
  }

  private static String accepted(Operation operation) {
    return operation.answer() == AnswerType.JSON ? JSON_OR_EVENTS : "*/*";
  }

  private RequestOptions options(HttpMethod method, String path, MultiMap headers) {
    return new RequestOptions()
        .setMethod(method)
        .setURI(provider.baseUrl().getRawPath() + path)
        .setHeaders(headers);
  }

  /**
   * Sends a request.
   *
   * @param firstByte within which the answer begins once the body is sent
   */
  Call send(ModelRequest request, Target target, Duration firstByte, Reader reader) {
    Call call = new Call(vertx, provider, firstByte, reader);
    RequestOptions options = operations.get(request.operation());
    call.start(http.request(options), opened -> request.send(opened, target, call));
    return call;
  }

  /**
   * Asks for the list of models, or for one.
   *
   * @param path {@code /models} and what follows it, percent-encoded
   */
  Call models(String path, Reader reader) {
    Call call = new Call(vertx, provider, provider.timeouts().firstByte(), reader);
    call.start(http.request(options(HttpMethod.GET, path, getHeaders)), HttpClientRequest::send);
    return call;
  }

  /**
   * Asks for something that is about no model, once.
   *
   * @param path behind the provider's address, percent-encoded
   */
  Call exchange(HttpMethod method, String path, Sending sending, Reader reader) {
    Call call = new Call(vertx, provider, provider.timeouts().firstByte(), reader);
    MultiMap headers = headers(provider).set(HttpHeaders.ACCEPT, "*/*");
    call.start(http.request(options(method, path, headers)), opened -> sending.send(opened, call));
    return call;
  }

  /** Lets the calls in hand end, for an hour at most, and closes every other connection. */
  void retire() {
    http.shutdown(1, TimeUnit.HOURS);
  }

  /** Closes every connection, also those in use. */
  Future<Void> close() {
    return http.close();
  }
}
