package io.ruche.http;

import io.ruche.http.port.PortTaken;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.metrics.HttpMeter;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import java.net.BindException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server with stated limits: problem JSON for every failure, request ids, an access log
 * without secrets, metrics and traces, slow clients cut, and a stop that drains.
 *
 * <pre>{@code
 * new HttpApi(vertx, "ai-proxy", config.http(), new HttpApi.Port(8101, "port in ai-proxy.yaml"),
 *         metrics, tracing, routes -> routes.on(GET, "/v1/models", auth, models))
 *     .start();
 * }</pre>
 */
public final class HttpApi implements Lifecycle {

  /**
   * Numbers of servers with a port of the system's choice, which Vert.x shares by a negative port.
   */
  private static final AtomicInteger ephemeral = new AtomicInteger();

  private final Vertx vertx;
  private final String name;
  private final HttpConfig config;
  private final Port port;
  private final Endpoints endpoints;
  private final HttpMeter meter;
  private final Tracing tracing;
  private volatile int actualPort;
  private volatile @Nullable String deployment;

  /** Adds the routes of an API. Called once for each event loop, on that loop. */
  @FunctionalInterface
  public interface Endpoints {

    /** Adds the routes; what is created here belongs to the loop. */
    void addTo(Routes routes);
  }

  /**
   * A port, and how an operator changes it.
   *
   * @param number 1 to 65535, or 0 for one of the system's choice
   * @param setting the name of the variable or key, told when the port is taken
   */
  public record Port(int number, String setting) {

    /** Rejects numbers that are no port. */
    public Port {
      if (number < 0 || number > 65_535) {
        throw new IllegalArgumentException(
            setting + " must be a port from 0 to 65535, not " + number);
      }
    }
  }

  /**
   * An API that does not listen yet.
   *
   * @param name the stem of the service, as in its metrics
   */
  public HttpApi(
      Vertx vertx,
      String name,
      HttpConfig config,
      Port port,
      Metrics metrics,
      Tracing tracing,
      Endpoints endpoints) {
    this.vertx = vertx;
    this.name = name;
    this.config = config;
    this.port = port;
    this.endpoints = endpoints;
    this.meter = new HttpMeter(metrics, name);
    this.tracing = tracing;
  }

  /** The operations that some endpoints add, to hold them against a contract. */
  public static List<Endpoint> endpoints(Vertx vertx, Endpoints endpoints) {
    Routes routes = new Routes(vertx, HttpConfig.DEFAULT.maxBodyBytes());
    endpoints.addTo(routes);
    return routes.endpoints();
  }

  /** Listens; fails with {@link PortTaken} when another socket has the port. */
  @Override
  public Future<Void> start() {
    // Vert.x lets two servers of one process share a port, and would give each half of the
    // requests.
    String holder = port.number() == 0 ? null : bound().putIfAbsent(address(), name);
    if (holder != null) {
      return Future.failedFuture(
          PortTaken.by(
              holder + " in this same process", config.host(), port.number(), port.setting()));
    }
    int number = port.number() == 0 ? -ephemeral.incrementAndGet() : port.number();
    int loops =
        config.eventLoops() == 0 ? Runtime.getRuntime().availableProcessors() : config.eventLoops();
    return vertx
        .deployVerticle(
            () -> new ApiLoop(config, number, endpoints, meter, tracing, p -> actualPort = p),
            new DeploymentOptions().setInstances(loops))
        .onSuccess(id -> deployment = id)
        .<Void>mapEmpty()
        .recover(this::explain);
  }

  private Future<Void> explain(Throwable cause) {
    bound().removeIfPresent(address(), name);
    if (!(cause instanceof BindException refused)) {
      return Future.failedFuture(cause);
    }
    return vertx
        .executeBlocking(
            () -> PortTaken.explaining(refused, config.host(), port.number(), port.setting()))
        .compose(Future::failedFuture);
  }

  /** Stops accepting, lets requests in flight finish within the configured bound, then closes. */
  @Override
  public Future<Void> stop() {
    String id = deployment;
    deployment = null;
    if (id == null) {
      return Future.succeededFuture();
    }
    return vertx.undeploy(id).onComplete(v -> bound().removeIfPresent(address(), name));
  }

  /** The port it listens on, once started; the chosen one where 0 was asked. */
  public int port() {
    return actualPort;
  }

  private LocalMap<String, String> bound() {
    return vertx.sharedData().getLocalMap("ruche.http.bound");
  }

  private String address() {
    return config.host() + ":" + port.number();
  }
}
