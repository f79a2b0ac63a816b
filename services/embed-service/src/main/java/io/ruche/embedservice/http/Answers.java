package io.ruche.embedservice.http;

import io.ruche.http.Failure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** What handlers have in common: JSON out, waits and pages in. */
final class Answers {

  static final int DEFAULT_PAGE = 50;
  private static final int LONGEST_WAIT_S = 60;

  private Answers() {}

  static void send(RoutingContext ctx, int status, JsonObject json) {
    if (!ctx.response().closed()) {
      ctx.response()
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .end(json.toBuffer());
    }
  }

  /** From {@code ?wait=N} or {@code Prefer: wait=N}, in seconds; at most a minute. */
  static Duration wait(RoutingContext ctx) {
    String asked = ctx.request().getParam("wait");
    String prefer = ctx.request().getHeader("Prefer");
    if (asked == null && prefer != null) {
      for (String preference : prefer.split(",", -1)) {
        if (preference.strip().startsWith("wait=")) {
          asked = preference.strip().substring(5);
        }
      }
    }
    if (asked == null) {
      return Duration.ZERO;
    }
    try {
      return Duration.ofSeconds(Math.clamp(Integer.parseInt(asked), 0, LONGEST_WAIT_S));
    } catch (NumberFormatException e) {
      throw Failure.badRequest("wait must be seconds, for example 'Prefer: wait=30'.");
    }
  }

  /** {@code ?limit=N} of a list; the contract has checked it. */
  static int limit(RoutingContext ctx) {
    String limit = ctx.request().getParam("limit");
    return limit == null ? DEFAULT_PAGE : Integer.parseInt(limit);
  }

  /** {@code ?after=} of a list: behind which its page begins. */
  static String after(RoutingContext ctx) {
    String after = ctx.request().getParam("after");
    return after == null ? "" : after;
  }
}
