package io.ruche.embedservice.http.embeddings;

import io.ruche.embedservice.engine.Engine;
import io.ruche.http.Routes;
import io.ruche.http.openai.OpenAiErrors;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/** The paths of the engine itself. */
public final class EmbeddingRoutes {

  /** Longest body: as many tokens as a request may have, of any script. */
  public static final int MOST_BODY_BYTES = 8 << 20;

  private static final String EMBEDDINGS = "/v1/embeddings";

  private final Vertx vertx;
  private final Supplier<Engine> engines;
  private final boolean matryoshka;
  private final Handler<RoutingContext> key;
  private final Handler<RoutingContext> limit;

  /**
   * @param engines gives the one in use
   * @param matryoshka whether clients may ask for fewer dimensions ({@code engine.onnx.matryoshka})
   * @param key lets pass who has a key for this
   * @param limit holds the key to its limits; before the body is read, as the other
   */
  public EmbeddingRoutes(
      Vertx vertx,
      Supplier<Engine> engines,
      boolean matryoshka,
      Handler<RoutingContext> key,
      Handler<RoutingContext> limit) {
    this.vertx = vertx;
    this.engines = engines;
    this.matryoshka = matryoshka;
    this.key = key;
    this.limit = limit;
  }

  /** Adds the paths. */
  public void addTo(Routes routes) {
    routes.failuresBelow(EMBEDDINGS, new OpenAiErrors());
    routes.failuresBelow(ModelsHandler.PATH, new OpenAiErrors());
    ModelsHandler models = new ModelsHandler(engines);
    routes
        .on(HttpMethod.GET, ModelsHandler.PATH, key, limit, models)
        .on(HttpMethod.GET, ModelsHandler.PATH + "/{model}", key, limit, models);
    // A name with slashes.
    routes.router().get(ModelsHandler.PATH + "/*").handler(key).handler(limit).handler(models);
    routes.on(
        HttpMethod.POST,
        EMBEDDINGS,
        key,
        limit,
        routes.body(MOST_BODY_BYTES),
        new EmbeddingsHandler(vertx, engines, matryoshka));
    routes.on(
        HttpMethod.POST,
        "/v1/rerank",
        key,
        limit,
        routes.body(MOST_BODY_BYTES),
        new RerankHandler(engines));
  }
}
