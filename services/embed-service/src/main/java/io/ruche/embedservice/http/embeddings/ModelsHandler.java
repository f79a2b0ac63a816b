package io.ruche.embedservice.http.embeddings;

import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.engine.Engine;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code GET /v1/models} and {@code GET /v1/models/{model}}, as OpenAI has them: the model of
 * {@code /v1/embeddings} and, where one is configured, that of {@code /v1/rerank}. Each says
 * besides what it is for ({@code kind}), and the former the size of its vectors ({@code
 * dimensions}) and the longest text ({@code max_tokens}).
 */
public final class ModelsHandler implements Handler<RoutingContext> {

  /** The path of the list. */
  static final String PATH = "/v1/models";

  private final Supplier<Engine> engines;

  /**
   * @param engines gives the one in use
   */
  public ModelsHandler(Supplier<Engine> engines) {
    this.engines = engines;
  }

  @Override
  public void handle(RoutingContext ctx) {
    List<JsonObject> models = models(engines.get());
    String rest = ctx.request().path().substring(PATH.length());
    if (rest.isEmpty()) {
      send(ctx, new JsonObject().put("object", "list").put("data", new JsonArray(models)));
      return;
    }
    // Not a parameter of the path: a name may have slashes, and clients write them as they are.
    String asked = URLDecoder.decode(rest.substring(1), StandardCharsets.UTF_8);
    models.stream()
        .filter(model -> model.getString("id").equals(asked))
        .findFirst()
        .ifPresentOrElse(
            model -> send(ctx, model),
            () -> ctx.fail(unknown(asked, models.getFirst().getString("id"))));
  }

  /** 404 as OpenAI answers it. */
  static Failure unknown(String asked, String there) {
    String shown = asked.length() > 100 ? asked.substring(0, 100) + "..." : asked;
    String detail = "The model '%s' does not exist here; there is '%s'.".formatted(shown, there);
    return Failure.of(404, "model_not_found", "The model does not exist", detail)
        .withFlaws(List.of(new Failure.Flaw("/model", detail)));
  }

  private static List<JsonObject> models(Engine engine) {
    EmbeddingModel embedding = engine.embedder().model();
    List<JsonObject> models = new ArrayList<>();
    models.add(
        model(embedding.name(), "embedding")
            .put("dimensions", embedding.dimensions())
            .put("max_tokens", embedding.mostTokens()));
    engine.reranker().ifPresent(reranker -> models.add(model(reranker.name(), "rerank")));
    return models;
  }

  /** When a model was made is not known, and clients want a number. */
  private static JsonObject model(String name, String kind) {
    return new JsonObject()
        .put("id", name)
        .put("object", "model")
        .put("created", 0)
        .put("owned_by", "ruche")
        .put("kind", kind);
  }

  private static void send(RoutingContext ctx, JsonObject answer) {
    ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(answer.toBuffer());
  }
}
