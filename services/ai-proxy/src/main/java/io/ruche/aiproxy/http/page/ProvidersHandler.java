package io.ruche.aiproxy.http.page;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** {@code GET /v1/providers}: the providers as this process sees them now. */
final class ProvidersHandler implements Handler<RoutingContext> {

  private final Supplier<List<ProviderState>> states;

  ProvidersHandler(Supplier<List<ProviderState>> states) {
    this.states = states;
  }

  @Override
  public void handle(RoutingContext ctx) {
    JsonArray data = new JsonArray();
    for (ProviderState state : states.get()) {
      data.add(json(state));
    }
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(new JsonObject().put("object", "list").put("data", data).toBuffer());
  }

  private static JsonObject json(ProviderState state) {
    JsonArray models = new JsonArray();
    state.models().forEach(model -> models.add(json(model)));
    return new JsonObject()
        .put("object", "provider")
        .put("name", state.name())
        .put("address", state.address())
        .put("state", state.word())
        .put("models", models);
  }

  private static JsonObject json(ProviderState.Model model) {
    JsonArray quotas = new JsonArray();
    for (ProviderState.Quota quota : model.quotas()) {
      quotas.add(
          new JsonObject()
              .put("of", quota.of())
              .put("period", quota.period())
              .put("limit", quota.limit())
              .put("remaining", quota.remaining()));
    }
    return new JsonObject()
        .put("model", model.model())
        .put("circuit", model.circuit().name().toLowerCase(Locale.ROOT))
        .put("retry_in_ms", model.retryIn().toMillis())
        .put("cause", model.cause())
        .put("last_success", model.lastWell() == null ? null : model.lastWell().toString())
        .put("wait_ms", model.waitFor().toMillis())
        .put("quotas", quotas);
  }
}
