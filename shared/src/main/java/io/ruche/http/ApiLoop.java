package io.ruche.http;

import io.ruche.metrics.HttpMeter;
import io.ruche.metrics.Span;
import io.ruche.metrics.Tracing;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The part of an {@link HttpApi} that runs on one event loop; several share the port. */
final class ApiLoop extends VerticleBase {

  private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");

  private final HttpConfig config;
  private final int port;
  private final HttpApi.Endpoints endpoints;
  private final HttpMeter meter;
  private final Tracing tracing;
  private final IntConsumer bound;
  private final AccessLog accessLog;
  private @Nullable HttpServer server;
  private @Nullable GuardedLoop guarded;

  ApiLoop(
      HttpConfig config,
      int port,
      HttpApi.Endpoints endpoints,
      HttpMeter meter,
      Tracing tracing,
      IntConsumer bound) {
    this.config = config;
    this.port = port;
    this.endpoints = endpoints;
    this.meter = meter;
    this.tracing = tracing;
    this.bound = bound;
    this.accessLog = new AccessLog(config.accessLog());
  }

  @Override
  public Future<?> start() {
    Routes routes = new Routes(vertx, config.maxBodyBytes());
    FailureMapper mapper = new FailureMapper(config, routes, meter);
    // First of all routes, so that its failure handler is the one that is found.
    routes.router().route().handler(this::begin).failureHandler(mapper::answer);
    mapper.install();
    endpoints.addTo(routes);
    GuardedLoop loop = new GuardedLoop(config, meter, mapper);
    loop.start(vertx);
    guarded = loop;
    HttpServer http =
        vertx
            .createHttpServer(options())
            .connectionHandler(loop::guard)
            .invalidRequestHandler(mapper::answerUnreadable)
            .requestHandler(routes.router());
    server = http;
    return http.listen().onSuccess(s -> bound.accept(s.actualPort()));
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHost(config.host())
        .setPort(port)
        .setMaxInitialLineLength(config.maxLineBytes())
        .setMaxHeaderSize(config.maxHeaderBytes())
        .setMaxFormAttributeSize(config.maxBodyBytes())
        // HTTP/2 without TLS has no client here, and other timeouts than those the guard keeps.
        .setHttp2ClearTextEnabled(false)
        // Nobody speaks WebSocket here, and each request would pass their handlers.
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        // Time is kept by ConnectionGuard, which knows an idle client from one that rightly waits.
        .setIdleTimeout(0)
        .setTcpNoDelay(true);
  }

  private void begin(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    Span span =
        tracing.start(request.method().name(), Span.Kind.SERVER, request.getHeader(TRACEPARENT));
    Exchange exchange = new Exchange(request, span);
    exchange.attach(ctx);
    meter.begin();
    ctx.response().putHeader(Exchange.REQUEST_ID_HEADER, exchange.requestId());
    ctx.addEndHandler(ended -> end(ctx, exchange));
    ctx.next();
  }

  private void end(RoutingContext ctx, Exchange exchange) {
    HttpServerRequest request = ctx.request();
    int status = status(ctx);
    long nanos = exchange.elapsedNanos();
    meter.end(exchange.route(), request.method().name(), status, nanos);
    accessLog.tell(exchange, request, status, nanos);
    if (tracing.on()) {
      Span span = exchange.span();
      span.name(request.method().name() + " " + exchange.route());
      span.attribute("http.request.method", request.method().name());
      span.attribute("http.route", exchange.route());
      span.attribute("http.response.status_code", status);
      span.attribute("ruche.request_id", exchange.requestId());
      if (status >= 500) {
        span.fail("status " + status);
      }
      span.end();
    }
  }

  /** The status that was answered; 408 or 499 where the client was cut or left before an answer. */
  private static int status(RoutingContext ctx) {
    if (ctx.response().ended()) {
      return ctx.response().getStatusCode();
    }
    ConnectionBase connection = (ConnectionBase) ctx.request().connection();
    return ConnectionGuard.timedOut(connection.channel()) ? 408 : 499;
  }

  /** Stops accepting, lets requests in flight finish within the bound, then closes what is left. */
  @Override
  public Future<?> stop() {
    if (guarded != null) {
      guarded.drain();
    }
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(config.stopTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }
}
