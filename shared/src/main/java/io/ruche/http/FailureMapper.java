package io.ruche.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.ruche.metrics.HttpMeter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The one place where faults, refusals of the router and bad requests become answers. */
final class FailureMapper {

  /** Where a route notes the body limit it reads with. */
  static final String BODY_LIMIT = "ruche.body-limit";

  private static final Logger log = LoggerFactory.getLogger(FailureMapper.class);

  private final HttpConfig config;
  private final Routes routes;
  private final HttpMeter meter;

  FailureMapper(HttpConfig config, Routes routes, HttpMeter meter) {
    this.config = config;
    this.routes = routes;
    this.meter = meter;
  }

  /**
   * Takes over what the router refuses by itself: no such path, no such method, a path that cannot
   * be decoded. What handlers fail comes to {@link #answer(RoutingContext)} as a failure handler.
   */
  void install() {
    for (int status = 400; status <= 599; status++) {
      int refused = status;
      routes.router().errorHandler(status, ctx -> answer(ctx, refused));
    }
  }

  /** Answers a context that a handler failed. */
  void answer(RoutingContext ctx) {
    answer(ctx, ctx.statusCode());
  }

  private void answer(RoutingContext ctx, int status) {
    HttpServerResponse response = ctx.response();
    if (response.ended() || response.closed()) {
      return;
    }
    HttpServerRequest request = ctx.request();
    String path = pathOf(request);
    Exchange exchange = Exchange.find(ctx);
    String id = exchange == null ? Exchange.idOf(request) : exchange.requestId();
    if (status == 405 && request.method().equals(HttpMethod.OPTIONS)) {
      response.setStatusCode(204).putHeader(HttpHeaders.ALLOW, allowed(path)).end();
      return;
    }
    Failure failure = failureOf(ctx, status, path);
    Throwable cause = ctx.failure();
    if (exchange == null) {
      refused(request.method().name(), failure, 0);
    }
    if (failure.status() >= 500) {
      Throwable fault = failure == cause ? failure.getCause() : cause;
      if (exchange != null && fault != null) {
        exchange.fault(fault);
      }
      if (fault != null) {
        LoggingEventBuilder line =
            log.atError()
                .setCause(fault)
                .addKeyValue("request_id", id)
                .addKeyValue("status", failure.status());
        String trace = exchange == null ? null : exchange.span().traceId();
        (trace == null ? line : line.addKeyValue("trace_id", trace)).log("request failed");
      }
    }
    if (response.headWritten()) {
      // Too late to say it: cutting the connection is the only way to tell a half answer from a
      // whole.
      request.connection().close();
      return;
    }
    send(response, failure, id, path);
  }

  /** Answers a request whose head could not be read; the router never sees it. */
  void answerUnreadable(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    Failure failure;
    if (cause instanceof TooLongHttpLineException) {
      failure =
          Failure.of(
              414,
              "uri_too_long",
              "The request line is too long",
              "The request line is longer than " + config.maxLineBytes() + " bytes.");
    } else if (cause instanceof TooLongHttpHeaderException) {
      failure =
          Failure.of(
              431,
              "headers_too_large",
              "The request headers are too large",
              "The request headers are longer than "
                  + config.maxHeaderBytes()
                  + " bytes together.");
    } else {
      failure = Failure.badRequest("The request head is not valid HTTP/1.1.");
    }
    String path = pathOf(request);
    refused(request.method().name(), failure, 0);
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    send(request.response(), failure, Exchange.idOf(request), path);
  }

  /** Counts an answer to what the router never began. */
  void refused(String method, Failure failure, long nanos) {
    meter.refused(Exchange.UNMATCHED, method, failure.status(), nanos);
  }

  /**
   * The answer to a client that Vert.x has no request of, or none any more; closes the connection.
   */
  FullHttpResponse refusal(Failure failure, String uri) {
    int query = uri.indexOf('?');
    String path = query < 0 ? uri : uri.substring(0, query);
    String id = Exchange.mintId();
    ErrorBody shape = routes.failureShape(path);
    ByteBuf body = Unpooled.wrappedBuffer(shape.encode(failure, id, path).getBytes());
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(failure.status()), body);
    failure.headers().forEach(response.headers()::set);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, shape.contentType())
        .set(Exchange.REQUEST_ID_HEADER, id)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return response;
  }

  private void send(HttpServerResponse response, Failure failure, String id, String path) {
    ErrorBody shape = routes.failureShape(path);
    response.setStatusCode(failure.status());
    // What a handler prepared for its success does not describe this body.
    response
        .headers()
        .remove(HttpHeaders.CONTENT_LENGTH)
        .remove(HttpHeaders.TRANSFER_ENCODING)
        .remove(HttpHeaders.CONTENT_ENCODING)
        .remove(HttpHeaders.ETAG);
    failure.headers().forEach(response::putHeader);
    response
        .putHeader(Exchange.REQUEST_ID_HEADER, id)
        .putHeader(HttpHeaders.CONTENT_TYPE, shape.contentType())
        .end(shape.encode(failure, id, path));
  }

  private Failure failureOf(RoutingContext ctx, int status, String path) {
    Throwable cause = ctx.failure();
    if (cause instanceof Failure failure) {
      return failure;
    }
    if (cause instanceof DecodeException) {
      return Failure.badRequest("The body is not valid JSON.");
    }
    return switch (status) {
      case 400 -> Failure.badRequest(badRequestDetail(cause));
      case 401 -> Failure.unauthorized("Send Authorization: Bearer rk_... with a valid key.");
      case 403 -> Failure.forbidden("The key may not do this.");
      case 404 -> Failure.notFound(Endpoint.missing(path, routes.endpoints()));
      case 405 -> {
        String allow = allowed(path);
        yield Failure.methodNotAllowed(
            ctx.request().method().name() + " is not offered here; " + allow + " are.", allow);
      }
      case 413 -> Failure.payloadTooLarge(tooLargeDetail(ctx));
      case 415 -> Failure.unsupportedMediaType("The Content-Type is not one this path reads.");
      case 417 ->
          Failure.of(
              417,
              "expectation_failed",
              "The expectation cannot be met",
              "Only Expect: 100-continue is understood.");
      default ->
          status > 400 && status < 500
              ? Failure.of(status, "refused", "The request is refused", "The request is refused.")
              : Failure.internal();
    };
  }

  private static String badRequestDetail(@Nullable Throwable cause) {
    String message = String.valueOf(cause);
    if (message.contains("'Host' header")) {
      return "A request of HTTP/1.1 needs one valid Host header.";
    }
    if (cause == null || cause instanceof IllegalArgumentException) {
      return "The path or the query has a % that is not followed by two hexadecimal digits.";
    }
    return "The request head or body is not valid HTTP/1.1.";
  }

  private String tooLargeDetail(RoutingContext ctx) {
    Integer limit = ctx.get(BODY_LIMIT);
    return "The body is longer than the limit of "
        + (limit == null ? config.maxBodyBytes() : limit)
        + " bytes for this path.";
  }

  private String allowed(String path) {
    Set<String> methods = new LinkedHashSet<>();
    for (Endpoint endpoint : routes.endpoints()) {
      if (endpoint.matches(path)) {
        methods.add(endpoint.method().name());
        if (endpoint.method().equals(HttpMethod.GET)) {
          methods.add(HttpMethod.HEAD.name());
        }
      }
    }
    methods.add(HttpMethod.OPTIONS.name());
    return String.join(", ", methods);
  }

  private static String pathOf(HttpServerRequest request) {
    String path = request.path();
    return path == null ? "/" : path;
  }
}
