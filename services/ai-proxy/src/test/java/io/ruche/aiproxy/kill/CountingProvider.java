package io.ruche.aiproxy.kill;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A provider that remembers by its model, which is another one for each request, what it was asked
 * and when it was left.
 */
final class CountingProvider {

  private static final int PIECES = 5;
  private static final int ENDLESS = 1_000;
  private static final long PIECE_MILLIS = 10;

  private final Vertx vertx;
  private final HttpServer server;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  /** When the connection closed before the answer's end, by model. */
  private final Map<String, Long> leftNanos = new ConcurrentHashMap<>();

  private CountingProvider(Vertx vertx) throws TimeoutException {
    this.vertx = vertx;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
            .listen()
            .await(10, TimeUnit.SECONDS);
  }

  static CountingProvider start(Vertx vertx) throws TimeoutException {
    return new CountingProvider(vertx);
  }

  URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.actualPort() + "/openai/v1");
  }

  Set<String> asked() {
    return Set.copyOf(asked);
  }

  Map<String, Long> leftNanos() {
    return Map.copyOf(leftNanos);
  }

  private void answer(HttpServerRequest request, Buffer body) {
    String model = new JsonObject(body).getString("model");
    asked.add(model);
    HttpServerResponse response = request.response();
    response
        .exceptionHandler(gone -> {})
        .closeHandler(
            closed -> {
              if (!response.ended()) {
                leftNanos.putIfAbsent(model, System.nanoTime());
              }
            });
    switch (Kind.of(model)) {
      case WHOLE ->
          response.putHeader("content-type", "application/json").end(whole(model).toBuffer());
      case STREAMED -> stream(response, PIECES);
      case LEFT -> stream(response, ENDLESS);
    }
  }

  private static JsonObject whole(String model) {
    return new JsonObject()
        .put("id", "chatcmpl-" + model)
        .put("object", "chat.completion")
        .put("model", model)
        .put("usage", usage());
  }

  private static JsonObject usage() {
    return new JsonObject()
        .put("prompt_tokens", 10)
        .put("completion_tokens", 5)
        .put("total_tokens", 15);
  }

  private void stream(HttpServerResponse response, int pieces) {
    response.putHeader("content-type", "text/event-stream").setChunked(true);
    int[] written = {0};
    long timer =
        vertx.setPeriodic(
            PIECE_MILLIS,
            id -> {
              if (++written[0] < pieces) {
                response.write("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
              } else {
                vertx.cancelTimer(id);
                response.end(
                    "data: {\"choices\":[],\"x_groq\":{\"usage\":"
                        + usage()
                        + "}}\n\ndata: [DONE]\n\n");
              }
            });
    response.endHandler(ended -> vertx.cancelTimer(timer));
  }

  /** What becomes of a request; its model's first letter says so. */
  enum Kind {
    WHOLE,
    STREAMED,
    /** The client leaves in the middle. */
    LEFT;

    String model(int number) {
      return name().charAt(0) + "-" + number;
    }

    static Kind of(String model) {
      return switch (model.charAt(0)) {
        case 'W' -> WHOLE;
        case 'S' -> STREAMED;
        default -> LEFT;
      };
    }
  }
}
