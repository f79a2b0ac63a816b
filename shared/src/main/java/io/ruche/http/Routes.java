package io.ruche.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The routes of one API on one event loop. Paths are written as OpenAPI writes them ({@code
 * /v1/commands/{command}}), so the contract, the metrics and the code name a path alike.
 */
public final class Routes {

  private final Router router;
  private final int maxBodyBytes;
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final ErrorBody problem = new ProblemJson();
  private final Map<String, ErrorBody> shapes = new TreeMap<>();

  Routes(Vertx vertx, int maxBodyBytes) {
    this.router = Router.router(vertx);
    this.maxBodyBytes = maxBodyBytes;
  }

  /**
   * Answers a method on a path with handlers that run in the given order, each calling {@code
   * next()} or answering or failing the context. GET also answers HEAD.
   */
  @SafeVarargs
  public final Routes on(HttpMethod method, String template, Handler<RoutingContext>... handlers) {
    Route route = router.route(template.replace('{', ':').replace("}", "")).method(method);
    if (method.equals(HttpMethod.GET)) {
      route.method(HttpMethod.HEAD);
    }
    route.handler(
        ctx -> {
          Exchange.of(ctx).route(template);
          ctx.next();
        });
    for (Handler<RoutingContext> handler : handlers) {
      route.handler(handler);
    }
    endpoints.add(new Endpoint(method, template));
    return this;
  }

  /** Runs a handler for every request below a prefix ({@code /v1/}), before routes added later. */
  public Routes before(String prefix, Handler<RoutingContext> handler) {
    router.route(prefix + "*").handler(handler);
    return this;
  }

  /**
   * Tells failures below a prefix ({@code /v1/}) in another shape than problem JSON, those of the
   * router and of slow or oversized requests included; the longest prefix wins.
   */
  public Routes failuresBelow(String prefix, ErrorBody shape) {
    shapes.put(prefix, shape);
    return this;
  }

  /** Reads the body into memory, up to the API's limit; past it 413. */
  public Handler<RoutingContext> body() {
    return body(maxBodyBytes);
  }

  /**
   * Reads the body into memory, up to a limit of the route's own; past it 413. A handler before it
   * that waits for something pauses the request and resumes it, or the body is gone.
   */
  public Handler<RoutingContext> body(int maxBytes) {
    BodyHandler reader = BodyHandler.create(false).setBodyLimit(maxBytes);
    return ctx -> {
      ctx.put(FailureMapper.BODY_LIMIT, maxBytes);
      reader.handle(ctx);
    };
  }

  /** The vertx-web router, for what has no path in a contract: static files and web sockets. */
  public Router router() {
    return router;
  }

  /** The operations added so far, in order. */
  public List<Endpoint> endpoints() {
    return List.copyOf(endpoints);
  }

  ErrorBody failureShape(String path) {
    ErrorBody shape = problem;
    for (Map.Entry<String, ErrorBody> entry : shapes.entrySet()) {
      // Sorted, so that of several prefixes of one path the longest comes last.
      if (path.startsWith(entry.getKey())) {
        shape = entry.getValue();
      }
    }
    return shape;
  }
}
