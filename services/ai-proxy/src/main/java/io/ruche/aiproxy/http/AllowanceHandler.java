package io.ruche.aiproxy.http;

import io.ruche.aiproxy.gateway.LimitFailures;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.limits.Need;
import io.ruche.auth.web.KeyHandler;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Takes a request that uses no tokens from the limits of its key and tenant. */
public final class AllowanceHandler implements Handler<RoutingContext> {

  private static final String DECISION = AllowanceHandler.class.getName();
  private static final Need ONE_REQUEST = new Need(0, 0);

  private final Allowances allowances;

  /** A handler behind the one that checks keys. */
  public AllowanceHandler(Allowances allowances) {
    this.allowances = allowances;
  }

  @Override
  public void handle(RoutingContext ctx) {
    ctx.request().pause();
    allowances
        .reserve(KeyHandler.keyOf(ctx), ONE_REQUEST)
        .onSuccess(decision -> decide(ctx, decision));
  }

  /** The decision that let a request in; null where no limits are held. */
  static @Nullable Decision decision(RoutingContext ctx) {
    return ctx.get(DECISION);
  }

  private static void decide(RoutingContext ctx, Decision decision) {
    switch (decision) {
      case Decision.Granted granted -> {
        if (ctx.response().closed()) {
          granted.reservation().settle(0, 0);
          return;
        }
        ctx.put(DECISION, decision);
        ctx.addEndHandler(ended -> granted.reservation().settle(0, 0));
        ctx.next();
      }
      case Decision.Refused refused -> refuse(ctx, LimitFailures.of(refused));
      case Decision.Unavailable unavailable -> refuse(ctx, LimitFailures.of(unavailable));
    }
  }

  /** A body that still comes is dropped, so that the client comes to read the answer. */
  private static void refuse(RoutingContext ctx, Failure refusal) {
    ctx.request().resume();
    ctx.fail(refusal);
  }
}
