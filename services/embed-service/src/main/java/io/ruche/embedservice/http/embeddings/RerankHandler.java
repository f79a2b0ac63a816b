package io.ruche.embedservice.http.embeddings;

import io.ruche.embedservice.engine.Engine;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Reranker;
import io.ruche.http.Exchange;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * {@code POST /v1/rerank}, as Cohere and Jina have it: documents by how well they answer a query,
 * the best first; 501 while no model for it is configured.
 */
public final class RerankHandler implements Handler<RoutingContext> {

  private final Supplier<Engine> engines;

  /**
   * A handler behind one that has read the body.
   *
   * @param engines gives the one in use
   */
  public RerankHandler(Supplier<Engine> engines) {
    this.engines = engines;
  }

  @Override
  public void handle(RoutingContext ctx) {
    Reranker reranker = engines.get().reranker().orElse(null);
    if (reranker == null) {
      ctx.fail(
          Failure.of(
              501,
              "no_reranker",
              "No model for reranking is configured",
              "Set engine.rerank.model and engine.rerank.tokenizer in embed-service.yaml to the ONNX file and the tokenizer.json of a cross-encoder, and restart."));
      return;
    }
    AtomicBoolean gone = new AtomicBoolean();
    ctx.response().closeHandler(closed -> gone.set(true));
    Buffer body = ctx.body().buffer();
    RerankRequest request = RerankRequest.read(body == null ? Buffer.buffer() : body);
    String model = request.model();
    if (model != null && !model.equals(reranker.name())) {
      ctx.fail(
          Failure.notFound(
              "The model does not exist here; there is '%s'.".formatted(reranker.name())));
      return;
    }
    reranker
        .scores(request.query(), request.documents(), Lane.INTERACTIVE, gone::get)
        .onSuccess(scores -> send(ctx, reranker.name(), request, scores))
        .onFailure(ctx::fail);
  }

  private static void send(
      RoutingContext ctx, String model, RerankRequest request, List<Float> scores) {
    if (ctx.response().closed()) {
      return;
    }
    JsonArray results = new JsonArray();
    IntStream.range(0, scores.size())
        .boxed()
        .sorted(Comparator.comparing(scores::get, Comparator.reverseOrder()))
        .limit(request.top())
        .forEach(index -> results.add(result(index, scores.get(index), request)));
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(
            new JsonObject()
                .put("id", Exchange.of(ctx).requestId())
                .put("object", "list")
                .put("model", model)
                .put("results", results)
                .toBuffer());
  }

  private static JsonObject result(int index, float score, RerankRequest request) {
    JsonObject result = new JsonObject().put("index", index).put("relevance_score", score);
    if (request.withDocuments()) {
      result.put("document", new JsonObject().put("text", request.documents().get(index)));
    }
    return result;
  }
}
