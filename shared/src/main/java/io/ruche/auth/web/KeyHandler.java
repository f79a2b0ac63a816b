package io.ruche.auth.web;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyCheck;
import io.ruche.auth.KeyRing;
import io.ruche.auth.Scope;
import io.ruche.http.Exchange;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets a request pass that bears a live key with a scope, as a bearer or through a session that
 * {@link SessionHandler} found, and keeps the key for the handlers after it. Fails the request with
 * a {@link Failure}: 401 without an acceptable key, 403 without the scope, 503 while keys cannot be
 * checked.
 */
public final class KeyHandler implements Handler<RoutingContext> {

  private static final String KEY = KeyHandler.class.getName();
  private static final String SCHEME = "Bearer";
  private static final Duration RETRY_CHECK = Duration.ofSeconds(2);

  private final KeyRing ring;
  private final Set<Scope> scopes;

  /**
   * @param scope what the key must allow
   * @param or what it may allow instead
   */
  public KeyHandler(KeyRing ring, Scope scope, Scope... or) {
    this.ring = ring;
    this.scopes = Collections.unmodifiableSet(EnumSet.of(scope, or));
  }

  /**
   * The key of a request that has passed this handler.
   *
   * @throws IllegalStateException when the route has no such handler before
   */
  public static ApiKey keyOf(RoutingContext ctx) {
    ApiKey key = ctx.get(KEY);
    if (key == null) {
      throw new IllegalStateException("the route " + ctx.normalizedPath() + " has no KeyHandler");
    }
    return key;
  }

  @Override
  public void handle(RoutingContext ctx) {
    List<String> credentials = ctx.request().headers().getAll(HttpHeaders.AUTHORIZATION);
    ApiKey ofSession = SessionHandler.keyOf(ctx);
    if (ofSession != null) {
      admit(ctx, ofSession);
      return;
    }
    if (credentials.isEmpty()) {
      refuse(ctx, "", "An API key is needed: send it as 'Authorization: Bearer rk_...'.");
      return;
    }
    String token = credentials.size() == 1 ? bearer(credentials.getFirst()) : "";
    if (token.isEmpty()) {
      refuse(ctx, "", "The Authorization header must be there once, as 'Bearer' and an API key.");
      return;
    }
    KeyCheck known = ring.check(token);
    if (known instanceof KeyCheck.Refused refused && refused.cause() == KeyCheck.Cause.UNKNOWN) {
      pause(ctx);
      ring.checkFresh(token)
          .onComplete(fresh -> decide(ctx, fresh.succeeded() ? fresh.result() : known));
    } else {
      decide(ctx, known);
    }
  }

  /**
   * Keeps the body until a later handler reads it, which resumes the request by itself. A
   * resumption here would deliver a short body at once, before that handler is there; so there is
   * one only after the answer, for a body that nobody has read.
   */
  static void pause(RoutingContext ctx) {
    if (!ctx.request().isEnded()) {
      ctx.request().pause();
      ctx.addEndHandler(answered -> ctx.request().resume());
    }
  }

  private void decide(RoutingContext ctx, KeyCheck check) {
    switch (check) {
      case KeyCheck.Valid valid -> admit(ctx, valid.key());
      case KeyCheck.Refused refused -> {
        switch (refused.cause()) {
          case MALFORMED, UNKNOWN, REVOKED, EXPIRED ->
              refuse(ctx, "invalid_token", refused.reason());
          case UNVERIFIABLE -> ctx.fail(Failure.unavailable(refused.reason(), RETRY_CHECK));
        }
      }
    }
  }

  private void admit(RoutingContext ctx, ApiKey key) {
    if (scopes.stream().anyMatch(key::allows)) {
      ctx.put(KEY, key);
      Exchange exchange = Exchange.find(ctx);
      if (exchange != null) {
        exchange.client(key.tenant(), key.name());
      }
      ctx.next();
      return;
    }
    String detail =
        "The API key '"
            + key.name()
            + "' lacks the scope '"
            + words("' or '")
            + "', which this path needs.";
    String challenge = ", error=\"insufficient_scope\", scope=\"" + words(" ") + "\"";
    ctx.fail(challenged(Failure.forbidden(detail), challenge));
  }

  private String words(String between) {
    return scopes.stream().map(Scope::word).collect(Collectors.joining(between));
  }

  private static void refuse(RoutingContext ctx, String error, String detail) {
    String challenge = error.isEmpty() ? "" : ", error=\"" + error + "\"";
    ctx.fail(challenged(Failure.unauthorized(detail), challenge));
  }

  private static Failure challenged(Failure failure, String challenge) {
    return failure.withHeader("WWW-Authenticate", SCHEME + " realm=\"ruche\"" + challenge);
  }

  /** The token of a bearer header, empty when it is none. The scheme's case does not matter. */
  private static String bearer(String header) {
    int end = SCHEME.length();
    return header.regionMatches(true, 0, SCHEME, 0, end)
            && header.length() > end
            && header.charAt(end) == ' '
        ? header.substring(end).strip()
        : "";
  }
}
