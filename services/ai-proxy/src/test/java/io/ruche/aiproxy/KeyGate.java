package io.ruche.aiproxy;

import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Keys without a store: one that is good, one that is at its limit, and no others. */
public final class KeyGate implements Handler<RoutingContext> {

  /** A key that passes. */
  public static final String GOOD = "rk_good";

  /** A key that has no request left. */
  public static final String AT_ITS_LIMIT = "rk_at_its_limit";

  /** Until that key has one again. */
  public static final Duration WAIT = Duration.ofSeconds(2);

  @Override
  public void handle(RoutingContext ctx) {
    switch (String.valueOf(ctx.request().getHeader(HttpHeaders.AUTHORIZATION))) {
      case "Bearer " + GOOD -> ctx.next();
      case "Bearer " + AT_ITS_LIMIT ->
          ctx.fail(Failure.tooManyRequests("The API key has no request left.", WAIT));
      default -> ctx.fail(Failure.unauthorized("There is no such API key."));
    }
  }
}
