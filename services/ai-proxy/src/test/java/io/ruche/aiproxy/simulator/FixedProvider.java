package io.ruche.aiproxy.simulator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

/**
 * A provider that answers every request at once with the same completion, and does nothing else:
 * what benchmarks put behind the proxies that they compare.
 */
public final class FixedProvider {

  private static final Buffer BODY =
      GroqReplies.completion("llama-3.3-70b-versatile", Turn.echo("Hello"), 0);
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence LENGTH =
      HttpHeaders.createOptimized(Integer.toString(BODY.length()));

  private FixedProvider() {}

  /** Listens on a port with one event loop for each instance. */
  public static Future<HttpServer> start(Vertx vertx, int port) {
    return vertx
        .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
        .requestHandler(FixedProvider::answer)
        .listen();
  }

  private static void answer(HttpServerRequest request) {
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .putHeader(HttpHeaders.CONTENT_LENGTH, LENGTH)
        .end(BODY.copy());
  }
}
