package io.ruche.auth.admin;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Access;
import io.ruche.auth.limits.AccessJson;
import io.ruche.auth.limits.Limits;
import io.ruche.auth.web.KeyHandler;
import io.ruche.http.Failure;
import io.ruche.http.HttpApi;
import io.ruche.http.Routes;
import io.ruche.http.openapi.OpenApi;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /v1/keys}, behind a key with the scope {@code admin}: the keys of its own tenant, and of
 * every tenant for keys of the operator's. What was done to which key and by whom is logged, never
 * a key's text.
 */
public final class KeyRoutes implements HttpApi.Endpoints {

  /** All keys of a tenant. */
  public static final String KEYS = "/v1/keys";

  /** One live key. */
  public static final String KEY = "/v1/keys/{name}";

  private static final Logger LOG = LoggerFactory.getLogger(KeyRoutes.class);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final int MAX_BODY = 65_536;

  /** As many as the store lists at once. */
  private static final int PAGE = 500;

  private final KeyStore store;
  private final KeyRing ring;
  private final OpenApi contract;
  private final String operator;
  private final KeyHandler admin;

  /**
   * @param contract one that describes both paths
   * @param operator the tenant whose admin keys may name another
   */
  public KeyRoutes(KeyStore store, KeyRing ring, OpenApi contract, String operator) {
    this.store = store;
    this.ring = ring;
    this.contract = contract;
    this.operator = operator;
    this.admin = new KeyHandler(ring, Scope.ADMIN);
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .on(HttpMethod.GET, KEYS, admin, contract.guard(HttpMethod.GET, KEYS), this::list)
        .on(
            HttpMethod.POST,
            KEYS,
            admin,
            routes.body(MAX_BODY),
            contract.guard(HttpMethod.POST, KEYS),
            this::create)
        .on(
            HttpMethod.PATCH,
            KEY,
            admin,
            routes.body(MAX_BODY),
            contract.guard(HttpMethod.PATCH, KEY),
            this::limit)
        .on(HttpMethod.DELETE, KEY, admin, contract.guard(HttpMethod.DELETE, KEY), this::revoke);
  }

  private void list(RoutingContext ctx) {
    String after = ctx.queryParams().get("after");
    store
        .list(listed(ctx), false, after == null ? 0 : Long.parseLong(after))
        .onSuccess(
            keys -> {
              List<JsonObject> live =
                  keys.stream()
                      .filter(key -> !key.expired(Instant.now()))
                      .map(KeyRoutes::json)
                      .toList();
              Long next = keys.size() < PAGE ? null : (Long) keys.getLast().id();
              send(
                  ctx,
                  200,
                  new JsonObject()
                      .put("object", "list")
                      .put("data", new JsonArray(live))
                      .put("next", next)
                      .put("operator", isOperator(ctx)));
            })
        .onFailure(away -> ctx.fail(away(away)));
  }

  private void create(RoutingContext ctx) {
    KeyRequest request = request(OpenApi.json(ctx), tenant(ctx));
    store
        .create(request)
        .onSuccess(
            creation -> {
              switch (creation) {
                case Creation.Created created -> {
                  told("key created", created.key(), ctx);
                  send(ctx, 201, json(created.key()).put("key", created.plain().value()));
                }
                case Creation.NameTaken taken ->
                    ctx.fail(
                        Failure.conflict(
                            "The tenant '"
                                + taken.by().tenant()
                                + "' has a key '"
                                + taken.by().name()
                                + "' already. Revoke it first, or take another name."));
              }
            })
        .onFailure(away -> ctx.fail(away(away)));
  }

  private static KeyRequest request(JsonObject body, String tenant) {
    Set<Scope> scopes =
        body.getJsonArray("scopes").stream()
            .map(word -> Scope.of(word.toString()))
            .collect(Collectors.toSet());
    JsonObject limits = body.getJsonObject("limits");
    JsonObject access = body.getJsonObject("access");
    try {
      String expires = body.getString("expires_at");
      return new KeyRequest(
          tenant,
          body.getString("name"),
          ApiKey.Kind.CLIENT,
          scopes,
          limits == null ? Limits.NONE : KeyLimits.of(limits, Limits.NONE),
          access == null ? Access.ANY : AccessJson.of(access, Access.ANY),
          expires == null ? null : Instant.parse(expires));
    } catch (DateTimeException e) {
      throw Failure.unprocessable(
          "expires_at must be a moment such as 2030-01-31T00:00:00Z.",
          List.of(new Failure.Flaw("/expires_at", "must be a moment in UTC")));
    } catch (IllegalArgumentException e) {
      throw Failure.unprocessable(String.valueOf(e.getMessage()));
    }
  }

  private void limit(RoutingContext ctx) {
    JsonObject changes = OpenApi.json(ctx);
    KeyLimits.change(store, tenant(ctx), ctx.pathParam("name"), changes)
        .onSuccess(
            changed -> {
              changed.ifPresent(key -> told("key limited", key, ctx));
              answer(ctx, changed, 200);
            })
        .onFailure(
            failure ->
                ctx.fail(
                    failure instanceof IllegalArgumentException
                        ? Failure.unprocessable(String.valueOf(failure.getMessage()))
                        : away(failure)));
  }

  private void revoke(RoutingContext ctx) {
    ring.revoke(tenant(ctx), ctx.pathParam("name"))
        .onSuccess(
            revoked -> {
              revoked.ifPresent(key -> told("key revoked", key, ctx));
              answer(ctx, revoked, 204);
            })
        .onFailure(away -> ctx.fail(away(away)));
  }

  private static void answer(RoutingContext ctx, Optional<ApiKey> key, int status) {
    if (key.isEmpty()) {
      ctx.fail(Failure.notFound("There is no live key of that name."));
    } else if (status == 204) {
      ctx.response().setStatusCode(status).end();
    } else {
      send(ctx, status, json(key.get()));
    }
  }

  /** The tenant that is asked about; the caller's own unless it names one and may. */
  private String tenant(RoutingContext ctx) {
    ApiKey caller = KeyHandler.keyOf(ctx);
    String asked = ctx.queryParams().get("tenant");
    if (asked == null || asked.equals(caller.tenant()) || isOperator(ctx)) {
      return asked == null ? caller.tenant() : asked;
    }
    throw Failure.forbidden(
        "The key '"
            + caller.mqttUser()
            + "' sees the keys of its own tenant only; leave the parameter tenant out.");
  }

  /** Null for all tenants, which the operator's keys see unless they name one. */
  private @Nullable String listed(RoutingContext ctx) {
    boolean all = ctx.queryParams().get("tenant") == null && isOperator(ctx);
    return all ? null : tenant(ctx);
  }

  private boolean isOperator(RoutingContext ctx) {
    return KeyHandler.keyOf(ctx).tenant().equals(operator);
  }

  private static JsonObject json(ApiKey key) {
    return new JsonObject()
        .put("object", "key")
        .put("tenant", key.tenant())
        .put("name", key.name())
        .put("kind", key.kind().word())
        .put("scopes", new JsonArray(key.scopes().stream().map(Scope::word).sorted().toList()))
        .put("limits", KeyLimits.of(key))
        .put("access", AccessJson.of(key.access()))
        .put("created_at", key.createdAt().toString())
        .put("expires_at", key.expiresAt() == null ? null : key.expiresAt().toString());
  }

  private static void told(String what, ApiKey key, RoutingContext ctx) {
    LOG.info("{} key={} by={}", what, key.mqttUser(), KeyHandler.keyOf(ctx).mqttUser());
  }

  private static Failure away(Throwable cause) {
    return Failure.unavailable("The keys cannot be read or changed now; try again.", RETRY)
        .withCause(cause);
  }

  private static void send(RoutingContext ctx, int status, JsonObject body) {
    ctx.response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body.toBuffer());
  }
}
