package io.ruche.http;

import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.lifecycle.Readiness;
import io.ruche.lifecycle.Report;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Map;

/**
 * Tells operators and probes how a process is, on a port apart from its API: {@code /health/live}
 * (200 while the process answers at all), {@code /health/ready} (200 or 503, with every dependency)
 * and {@code /metrics}. It has no keys, so it listens on the loopback address unless its own
 * setting says otherwise.
 */
public final class ManagementServer implements Lifecycle {

  private static final HttpConfig BOUNDS =
      new HttpConfig(
          HttpConfig.DEFAULT.host(),
          1,
          HttpConfig.AccessLog.OFF,
          256,
          1_024,
          HttpConfig.DEFAULT.maxHeaderBytes(),
          HttpConfig.DEFAULT.maxLineBytes(),
          HttpConfig.DEFAULT.headTimeout(),
          HttpConfig.DEFAULT.bodyTimeout(),
          HttpConfig.DEFAULT.minBodyBytesPerSecond(),
          HttpConfig.DEFAULT.idleTimeout(),
          HttpConfig.DEFAULT.stopTimeout());

  private final Vertx vertx;
  private final Readiness readiness;
  private final Metrics metrics;
  private final HttpApi api;

  /**
   * A management server that does not listen yet.
   *
   * @param name the stem of the service
   * @param host where to listen; 127.0.0.1 unless an operator said otherwise for management
   */
  public ManagementServer(
      Vertx vertx,
      String name,
      String host,
      HttpApi.Port port,
      Readiness readiness,
      Metrics metrics) {
    this.vertx = vertx;
    this.readiness = readiness;
    this.metrics = metrics;
    this.api =
        new HttpApi(
            vertx,
            name + "-management",
            BOUNDS.at(host),
            port,
            metrics,
            Tracing.off(),
            this::addTo);
  }

  private void addTo(Routes routes) {
    routes
        .on(HttpMethod.GET, "/health/live", ManagementServer::live)
        .on(HttpMethod.GET, "/health/ready", this::ready)
        .on(HttpMethod.GET, "/metrics", this::scrape);
  }

  private static void live(RoutingContext ctx) {
    json(ctx, 200, new JsonObject().put("status", "UP"));
  }

  private void ready(RoutingContext ctx) {
    Report report = readiness.report();
    JsonObject body =
        new JsonObject()
            .put("status", report.ready() ? "READY" : "NOT_READY")
            .put("dependencies", describe(report.dependencies()));
    report.information().forEach((subject, states) -> body.put(subject, describe(states)));
    json(ctx, report.ready() ? 200 : 503, body);
  }

  private static JsonObject describe(Map<String, Dependency> states) {
    JsonObject all = new JsonObject();
    states.forEach((name, state) -> all.put(name, describe(state)));
    return all;
  }

  private static JsonObject describe(Dependency dependency) {
    JsonObject state =
        new JsonObject().put("state", dependency.state().name().toUpperCase(Locale.ROOT));
    return dependency.detail().isEmpty() ? state : state.put("detail", dependency.detail());
  }

  private static void json(RoutingContext ctx, int status, JsonObject body) {
    ctx.response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body.toBuffer());
  }

  private void scrape(RoutingContext ctx) {
    vertx
        .executeBlocking(metrics::scrape, false)
        .onFailure(ctx::fail)
        .onSuccess(
            text ->
                ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, Metrics.CONTENT_TYPE).end(text));
  }

  @Override
  public Future<Void> start() {
    return api.start();
  }

  @Override
  public Future<Void> stop() {
    return api.stop();
  }

  /** The port it listens on, once started. */
  public int port() {
    return api.port();
  }
}
