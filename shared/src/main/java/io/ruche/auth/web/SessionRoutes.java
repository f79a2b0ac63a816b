package io.ruche.auth.web;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyCheck;
import io.ruche.auth.KeyRing;
import io.ruche.auth.Scope;
import io.ruche.http.Exchange;
import io.ruche.http.Failure;
import io.ruche.http.HttpApi;
import io.ruche.http.Routes;
import io.ruche.http.openapi.OpenApi;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * {@code POST}, {@code GET} and {@code DELETE /session}: signing in with a key, who is signed in,
 * and signing out. Added before the API's routes, it also lets the session's cookie stand for the
 * key below {@code /v1/}.
 */
public final class SessionRoutes implements HttpApi.Endpoints {

  /** Where sessions are made and ended. */
  public static final String PATH = "/session";

  private static final int MAX_BODY = 1_024;
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final Sessions sessions;
  private final KeyRing ring;
  private final OpenApi contract;
  private final SessionHandler handler;
  private final SignInTries tries;

  /**
   * @param contract one that describes {@value #PATH}
   */
  public SessionRoutes(Sessions sessions, KeyRing ring, OpenApi contract, PagesConfig config) {
    this.sessions = sessions;
    this.ring = ring;
    this.contract = contract;
    this.handler = new SessionHandler(sessions, ring, config);
    this.tries = new SignInTries(config.triesAMinute());
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .before("/v1/", handler)
        .on(
            HttpMethod.POST,
            PATH,
            this::requireOurPage,
            routes.body(MAX_BODY),
            contract.guard(HttpMethod.POST, PATH),
            this::signIn)
        .on(HttpMethod.GET, PATH, this::tell)
        .on(HttpMethod.DELETE, PATH, this::signOut);
  }

  private void requireOurPage(RoutingContext ctx) {
    Failure foreign = handler.browser().refusal(ctx.request());
    if (foreign == null) {
      ctx.next();
    } else {
      ctx.fail(foreign);
    }
  }

  private void signIn(RoutingContext ctx) {
    String address = handler.browser().address(ctx.request());
    Duration wait = tries.take(address, System.nanoTime());
    if (!wait.isZero()) {
      ctx.fail(
          Failure.tooManyRequests(
              "Too many wrong keys came from this address; wait a little.", wait));
      return;
    }
    ring.checkFresh(OpenApi.json(ctx).getString("key").strip())
        .onSuccess(
            check -> {
              switch (check) {
                case KeyCheck.Valid valid -> {
                  tries.giveBack(address, System.nanoTime());
                  open(ctx, valid.key());
                }
                case KeyCheck.Refused refused -> refuse(ctx, address, refused);
              }
            })
        .onFailure(ctx::fail);
  }

  private void refuse(RoutingContext ctx, String address, KeyCheck.Refused refused) {
    if (refused.cause() == KeyCheck.Cause.UNVERIFIABLE) {
      tries.giveBack(address, System.nanoTime());
      ctx.fail(Failure.unavailable(refused.reason(), RETRY));
    } else {
      ctx.fail(Failure.unauthorized(refused.reason()));
    }
  }

  private void open(RoutingContext ctx, ApiKey key) {
    sessions
        .open(key)
        .onSuccess(
            session -> {
              ctx.response().addCookie(cookie(ctx, session.token(), sessions.idle()));
              send(ctx, new SessionHandler.Signed(session, key));
            })
        .onFailure(away -> ctx.fail(away()));
  }

  private void tell(RoutingContext ctx) {
    handler.find(ctx).onSuccess(signed -> send(ctx, signed)).onFailure(ctx::fail);
  }

  private void signOut(RoutingContext ctx) {
    handler
        .find(ctx)
        .compose(signed -> sessions.close(signed.session()))
        .onSuccess(
            closed -> {
              ctx.response().addCookie(cookie(ctx, "", Duration.ZERO));
              ctx.response().setStatusCode(204).end();
            })
        .onFailure(failure -> ctx.fail(failure instanceof Failure told ? told : away()));
  }

  private static Failure away() {
    return Failure.unavailable("Sessions cannot be kept now, since the hot Redis is away.", RETRY);
  }

  private Cookie cookie(RoutingContext ctx, String value, Duration age) {
    boolean secure = handler.browser().isSecure(ctx.request());
    return Cookie.cookie(secure ? SessionHandler.SECURE_COOKIE : SessionHandler.COOKIE, value)
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.STRICT)
        .setSecure(secure)
        .setPath("/")
        .setMaxAge(age.toSeconds());
  }

  private static void send(RoutingContext ctx, SessionHandler.Signed signed) {
    ApiKey key = signed.key();
    Exchange exchange = Exchange.find(ctx);
    if (exchange != null) {
      exchange.client(key.tenant(), key.name());
    }
    JsonObject body =
        new JsonObject()
            .put("tenant", key.tenant())
            .put("name", key.name())
            .put("scopes", new JsonArray(key.scopes().stream().map(Scope::word).sorted().toList()))
            .put("expires_at", key.expiresAt() == null ? null : key.expiresAt().toString())
            .put("csrf_token", signed.session().csrf());
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body.toBuffer());
  }
}
