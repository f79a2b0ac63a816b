package io.ruche.auth.web;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyCheck;
import io.ruche.auth.KeyRing;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages use the API: a request without an Authorization header and with a session's cookie
 * bears the key of that session for every {@link KeyHandler} after it. The key is looked up at each
 * request, so its end ends its sessions. Writes need the session's token in {@value #CSRF}, which a
 * page of another site can neither read nor send.
 */
public final class SessionHandler implements Handler<RoutingContext> {

  /** The header of writes. */
  static final String CSRF = "x-csrf-token";

  /** The cookie over plain HTTP. */
  static final String COOKIE = "ruche_session";

  /** The cookie over TLS, which browsers let nobody but this host set, and only over TLS. */
  static final String SECURE_COOKIE = "__Host-" + COOKIE;

  private static final String KEY = SessionHandler.class.getName();
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final Sessions sessions;
  private final KeyRing ring;
  private final Browser browser;

  /** A handler that must stand before the routes that it is for. */
  public SessionHandler(Sessions sessions, KeyRing ring, PagesConfig config) {
    this.sessions = sessions;
    this.ring = ring;
    this.browser = new Browser(config);
  }

  /** A session and the key that it stands for. */
  record Signed(Session session, ApiKey key) {}

  /** The key of the session, or null when the request is none of a page. */
  static @Nullable ApiKey keyOf(RoutingContext ctx) {
    return ctx.get(KEY);
  }

  @Override
  public void handle(RoutingContext ctx) {
    if (ctx.request().headers().contains(HttpHeaders.AUTHORIZATION) || token(ctx) == null) {
      ctx.next();
      return;
    }
    KeyHandler.pause(ctx);
    find(ctx)
        .onSuccess(
            signed -> {
              ctx.put(KEY, signed.key());
              ctx.next();
            })
        .onFailure(ctx::fail);
  }

  /** The session of a request; fails with the {@link Failure} to answer. */
  Future<Signed> find(RoutingContext ctx) {
    Failure foreign = browser.refusal(ctx.request());
    if (foreign != null) {
      return Future.failedFuture(foreign);
    }
    String token = token(ctx);
    if (token == null) {
      return Future.failedFuture(Failure.unauthorized("Nobody is signed in."));
    }
    return sessions
        .find(token)
        .recover(
            away ->
                Future.failedFuture(
                    Failure.unavailable(
                        "Sessions cannot be looked up now, since the hot Redis is away.", RETRY)))
        .compose(session -> resolve(ctx, session));
  }

  private Future<Signed> resolve(RoutingContext ctx, Optional<Session> found) {
    if (found.isEmpty()) {
      return Future.failedFuture(Failure.unauthorized("The session is over: sign in again."));
    }
    Session session = found.get();
    boolean write = !Browser.isSafe(ctx.request().method());
    if (write && !session.isCsrf(ctx.request().getHeader(CSRF))) {
      return Future.failedFuture(
          Failure.of(
              403,
              "csrf_token",
              "A write of a page needs its token",
              "With a session's cookie, a write needs the header "
                  + CSRF
                  + " with the token that GET /session tells; programs send 'Authorization: Bearer"
                  + " rk_...' instead."));
    }
    return ring.recheck(session.tenant(), session.name(), session.keyId())
        .compose(
            check ->
                switch (check) {
                  case KeyCheck.Valid valid ->
                      Future.succeededFuture(new Signed(session, valid.key()));
                  case KeyCheck.Refused refused -> Future.failedFuture(ended(refused));
                });
  }

  private static Failure ended(KeyCheck.Refused refused) {
    return refused.cause() == KeyCheck.Cause.UNVERIFIABLE
        ? Failure.unavailable(refused.reason(), RETRY)
        : Failure.unauthorized(
            "The session ended with its key. " + refused.reason() + " Sign in with another key.");
  }

  /** Over TLS only the cookie that came over TLS counts, else another site's could stand in. */
  private @Nullable String token(RoutingContext ctx) {
    String name = browser.isSecure(ctx.request()) ? SECURE_COOKIE : COOKIE;
    Cookie cookie = ctx.request().getCookie(name);
    return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
  }

  Browser browser() {
    return browser;
  }
}
