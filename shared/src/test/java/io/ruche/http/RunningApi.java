package io.ruche.http;

import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An API on a free port, for one test. */
public final class RunningApi implements AutoCloseable {

  /** Bounds short enough to be reached in a test. */
  public static final HttpConfig SHORT =
      new HttpConfig(
          "127.0.0.1",
          2,
          HttpConfig.AccessLog.ON,
          50,
          1_048_576,
          8_192,
          4_096,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          1_024,
          Duration.ofSeconds(2),
          Duration.ofSeconds(3));

  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics("test");
  private final HttpApi api;

  /** Starts an API with the given bounds. */
  public RunningApi(HttpConfig config, Tracing tracing, HttpApi.Endpoints endpoints)
      throws Exception {
    api =
        new HttpApi(
            vertx,
            "test",
            config,
            new HttpApi.Port(0, "the test's port"),
            metrics,
            tracing,
            endpoints);
    api.start().await(10, TimeUnit.SECONDS);
  }

  /** Starts an API with short bounds. */
  public RunningApi(HttpApi.Endpoints endpoints) throws Exception {
    this(SHORT, Tracing.off(), endpoints);
  }

  /** Where it listens. */
  public int port() {
    return api.port();
  }

  /** The API itself. */
  public HttpApi api() {
    return api;
  }

  /** Its metrics now. */
  public String scrape() {
    return metrics.scrape();
  }

  /** Its Vert.x. */
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public void close() {
    vertx.close().await();
    metrics.close();
  }
}
