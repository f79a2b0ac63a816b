package io.ruche.embedservice.http.embeddings;

import io.ruche.embedservice.engine.Engine;
import io.ruche.embedservice.engine.EngineConfig;
import io.ruche.embedservice.engine.assembly.Engines;
import io.ruche.http.HttpApi;
import io.ruche.http.HttpConfig;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An engine behind its paths, on a port of this machine. */
final class RunningEngine implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics("embed-service");
  private final Engine engine;
  private final HttpApi api;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  RunningEngine(EngineConfig config) throws Exception {
    engine = Engines.start(vertx, config, metrics.registry()).await(30, TimeUnit.SECONDS);
    EmbeddingRoutes paths =
        new EmbeddingRoutes(
            vertx,
            () -> engine,
            config.onnx().matryoshka(),
            RoutingContext::next,
            RoutingContext::next);
    api =
        new HttpApi(
            vertx,
            "embed-service",
            HttpConfig.DEFAULT,
            new HttpApi.Port(0, "port"),
            metrics,
            Tracing.off(),
            paths::addTo);
    api.start().await(10, TimeUnit.SECONDS);
  }

  Engine engine() {
    return engine;
  }

  String url() {
    return "http://127.0.0.1:" + api.port();
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(60)).build(),
        BodyHandlers.ofString());
  }

  /** The answer of a request that succeeds. */
  JsonObject answer(String path, JsonObject body) throws IOException, InterruptedException {
    HttpResponse<String> response = post(path, body.encode());
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
    return new JsonObject(response.body());
  }

  @Override
  public void close() throws TimeoutException {
    api.stop().await(15, TimeUnit.SECONDS);
    engine.stop().await(30, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
    metrics.close();
  }
}
