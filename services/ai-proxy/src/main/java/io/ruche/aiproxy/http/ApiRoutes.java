package io.ruche.aiproxy.http;

import io.ruche.aiproxy.upstream.ProviderClient;
import io.ruche.auth.KeyRing;
import io.ruche.auth.RateLimiter;
import io.ruche.auth.Scope;
import io.ruche.auth.web.KeyHandler;
import io.ruche.auth.web.RateLimitHandler;
import io.ruche.http.HttpApi;
import io.ruche.http.Routes;
import io.vertx.core.http.HttpMethod;
import java.util.function.Supplier;

/** The OpenAI-compatible paths, behind a key with the scope {@code ai}. */
public final class ApiRoutes implements HttpApi.Endpoints {

  private final Supplier<ProviderClient> clients;
  private final long maxBodyBytes;
  private final KeyHandler key;
  private final RateLimitHandler limit;

  /**
   * @param clients makes a client for one event loop, so that a request and its call to the
   *     provider never leave their thread
   */
  public ApiRoutes(
      Supplier<ProviderClient> clients, long maxBodyBytes, KeyRing keys, RateLimiter limiter) {
    this.clients = clients;
    this.maxBodyBytes = maxBodyBytes;
    this.key = new KeyHandler(keys, Scope.AI);
    this.limit = new RateLimitHandler(limiter);
  }

  @Override
  public void addTo(Routes routes) {
    ProviderClient client = clients.get();
    ModelsHandler models = new ModelsHandler(client);
    routes
        .failuresBelow("/v1/", new OpenAiErrors())
        .on(
            HttpMethod.POST,
            "/v1/chat/completions",
            key,
            limit,
            new ChatCompletionsHandler(client, maxBodyBytes))
        .on(HttpMethod.GET, "/v1/models", key, limit, models)
        .on(HttpMethod.GET, "/v1/models/{model}", key, limit, models);
    // An id may have slashes, which no template can say.
    routes.router().get("/v1/models/*").handler(key).handler(limit).handler(models);
  }
}
