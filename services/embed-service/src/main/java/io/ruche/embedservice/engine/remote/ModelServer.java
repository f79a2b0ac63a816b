package io.ruche.embedservice.engine.remote;

import io.ruche.config.Secret;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A server of models, asked over HTTP and again when it failed in passing. */
final class ModelServer {

  private static final Duration FIRST_WAIT = Duration.ofMillis(250);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final Protocol protocol;
  private final RemoteConfig config;
  private final String model;
  private final String origin;
  private final HttpClient http;
  private final RequestOptions request;

  /** Connects to nobody yet. */
  ModelServer(Vertx vertx, Protocol protocol, RemoteConfig config) {
    this.vertx = vertx;
    this.protocol = protocol;
    this.config = config;
    this.model = Objects.requireNonNull(config.model());
    URI url = Objects.requireNonNull(config.url());
    boolean tls = "https".equalsIgnoreCase(url.getScheme());
    int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
    this.origin = url.getHost() + ":" + port;
    this.http =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setSsl(tls)
                    .setDefaultHost(url.getHost())
                    .setDefaultPort(port)
                    .setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()))
                    .setKeepAliveTimeout(30))
            .with(new PoolOptions().setHttp1MaxSize(config.connections()))
            .build();
    this.request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setURI(protocol.path(url))
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(HttpHeaders.ACCEPT, "application/json")
            .putHeader(HttpHeaders.USER_AGENT, "ruche-embed-service");
    Secret key = config.apiKey();
    if (key != null) {
      request.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key.value());
    }
  }

  /** Host and port, as messages name it. */
  String origin() {
    return origin;
  }

  /**
   * The vectors of some texts. Fails with {@link Refusal} when the server will not have the texts,
   * with a {@link Failure} of 429, 502 or 503 otherwise.
   *
   * @param gone asked before each repetition
   */
  Future<Answer> ask(List<String> texts, BooleanSupplier gone) {
    return attempt(protocol.body(model, texts), texts.size(), 0, gone);
  }

  private Future<Answer> attempt(Buffer body, int texts, int before, BooleanSupplier gone) {
    return exchange(body)
        .map(answer -> read(answer, texts))
        .recover(
            cause -> {
              Duration wait = UpstreamFailures.wait(cause);
              if (wait == null || before >= config.retries() || gone.getAsBoolean()) {
                return Future.failedFuture(UpstreamFailures.told(cause, origin));
              }
              return pause(longer(wait, before))
                  .compose(v -> attempt(body, texts, before + 1, gone));
            });
  }

  /** What the server asks for, or a time that doubles, spread so that many do not come at once. */
  private static Duration longer(Duration asked, int before) {
    long full = FIRST_WAIT.toMillis() << Math.min(before, 10);
    long spread = full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    long most = Math.max(asked.toMillis(), spread);
    return Duration.ofMillis(Math.min(most, LONGEST_WAIT.toMillis()));
  }

  private Future<Void> pause(Duration wait) {
    Promise<Void> over = Promise.promise();
    vertx.setTimer(Math.max(1, wait.toMillis()), id -> over.complete());
    return over.future();
  }

  private Answer read(Buffer body, int texts) {
    try {
      return Answer.read(body, texts, config.dimensions());
    } catch (IOException e) {
      throw Failure.of(
              502,
              "upstream_unreadable",
              "The model's server gave no usable answer",
              "The answer of %s cannot be used: %s.".formatted(origin, UpstreamFailures.brief(e)))
          .withCause(e);
    }
  }

  private Future<Buffer> exchange(Buffer body) {
    return http.request(new RequestOptions(request))
        .compose(
            opened ->
                opened
                    .send(body)
                    .compose(response -> whole(opened, response))
                    .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .onFailure(cause -> opened.reset()));
  }

  private Future<Buffer> whole(HttpClientRequest opened, HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    Buffer read = Buffer.buffer();
    long most = config.maxAnswer().bytes();
    response.exceptionHandler(whole::tryFail);
    response.endHandler(
        end -> {
          if (response.statusCode() == 200) {
            whole.tryComplete(read);
          } else {
            whole.tryFail(
                new StatusException(
                    response.statusCode(), response.getHeader(HttpHeaders.RETRY_AFTER), read));
          }
        });
    response.handler(
        piece -> {
          if (read.length() + piece.length() <= most) {
            read.appendBuffer(piece);
          } else if (whole.tryFail(
              Failure.of(
                  502,
                  "upstream_too_long",
                  "The model's server gave no usable answer",
                  "The answer of %s is longer than %d bytes (engine.remote.max-answer)."
                      .formatted(origin, most)))) {
            opened.reset();
          }
        });
    return whole.future();
  }

  Future<Void> close() {
    return http.close();
  }
}
