package io.ruche.embedservice.engine.remote;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server of models on this machine. A text's vector is its length, then a 1, then zeros; texts of
 * more than 40 words are too long for it.
 */
final class ModelServerStub implements AutoCloseable {

  static final int DIMENSIONS = 4;

  private static final int MOST_WORDS = 40;

  /** Answers a request instead. */
  interface Instead {
    /** Whether it has answered. */
    boolean answers(HttpServerRequest request, int number);
  }

  final List<JsonObject> asked = new CopyOnWriteArrayList<>();
  final List<String> paths = new CopyOnWriteArrayList<>();
  final AtomicInteger most = new AtomicInteger();
  volatile @Nullable Instead instead;
  volatile @Nullable String authorization;

  private final AtomicInteger numbers = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final HttpServer server;

  ModelServerStub(Vertx vertx) throws TimeoutException {
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  most.accumulateAndGet(open.incrementAndGet(), Math::max);
                  request.response().endHandler(v -> open.decrementAndGet());
                  request.body().onSuccess(body -> answer(request, new JsonObject(body)));
                })
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  private void answer(HttpServerRequest request, JsonObject body) {
    paths.add(request.path());
    asked.add(body);
    authorization = request.getHeader("Authorization");
    Instead other = instead;
    if (other != null && other.answers(request, numbers.getAndIncrement())) {
      return;
    }
    List<String> texts = body.getJsonArray("input").stream().map(Object::toString).toList();
    if (texts.stream().anyMatch(text -> words(text) > MOST_WORDS)) {
      request
          .response()
          .setStatusCode(400)
          .end(
              new JsonObject()
                  .put("error", "the input length exceeds the context length")
                  .encode());
      return;
    }
    boolean ollama = request.path().equals("/api/embed");
    request.response().end((ollama ? ollama(texts) : openAi(texts)).encode());
  }

  private static int words(String text) {
    return text.split(" ", -1).length;
  }

  private static JsonArray vector(String text) {
    return new JsonArray().add(text.length()).add(1).add(0).add(0);
  }

  private static JsonObject ollama(List<String> texts) {
    JsonArray vectors = new JsonArray();
    texts.forEach(text -> vectors.add(vector(text)));
    return new JsonObject()
        .put("model", "all-minilm")
        .put("embeddings", vectors)
        .put("prompt_eval_count", texts.stream().mapToInt(ModelServerStub::words).sum());
  }

  private static JsonObject openAi(List<String> texts) {
    JsonArray data = new JsonArray();
    // The last one first: the index tells which is whose.
    for (int i = texts.size() - 1; i >= 0; i--) {
      data.add(new JsonObject().put("index", i).put("embedding", vector(texts.get(i))));
    }
    return new JsonObject()
        .put("object", "list")
        .put("data", data)
        .put(
            "usage",
            new JsonObject()
                .put("prompt_tokens", texts.stream().mapToInt(ModelServerStub::words).sum()));
  }

  @Override
  public void close() throws TimeoutException {
    server.close().await(10, TimeUnit.SECONDS);
  }
}
