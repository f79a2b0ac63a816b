package io.ruche.aiproxy.http;

import io.ruche.aiproxy.cache.CacheControl;
import io.ruche.aiproxy.gateway.Admitted;
import io.ruche.aiproxy.gateway.Ask;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.http.body.BodyReader;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.auth.web.KeyHandler;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.function.LongSupplier;

/**
 * One of the paths that take JSON, such as {@code POST /v1/chat/completions}: checks the body, lets
 * it in under the key's limits, sends it to the model's targets as it came and relays the answer,
 * streamed or whole.
 */
public final class JsonRequestHandler implements Handler<RoutingContext> {

  /** At how many places of the request personal data was replaced. */
  private static final CharSequence REDACTED = HttpHeaders.createOptimized("x-ruche-redacted");

  private final Operation operation;
  private final Gateway gateway;
  private final BodyReader bodies;

  /**
   * A handler for one event loop.
   *
   * @param gateway of that event loop
   * @param maxBodyBytes the longest body that is accepted, now
   */
  public JsonRequestHandler(Operation operation, Gateway gateway, LongSupplier maxBodyBytes) {
    this.operation = operation;
    this.gateway = gateway;
    this.bodies = new BodyReader(maxBodyBytes);
  }

  @Override
  public void handle(RoutingContext ctx) {
    bodies.read(ctx, body -> ask(ctx, body));
  }

  private void ask(RoutingContext ctx, Buffer body) {
    Future<Admitted> admission;
    try {
      JsonRequest request = JsonRequest.read(operation, body);
      CacheControl cache =
          gateway.keepsAnswers()
              ? CacheControl.of(ctx.request().getHeader(HttpHeaders.CACHE_CONTROL))
              : CacheControl.USE;
      admission = gateway.admit(new Ask(KeyHandler.keyOf(ctx), Source.HTTP, null, request, cache));
    } catch (Failure refusal) {
      ctx.fail(refusal);
      return;
    }
    if (admission.succeeded()) {
      relay(ctx, admission.result());
    } else {
      admission.onSuccess(admitted -> relay(ctx, admitted)).onFailure(ctx::fail);
    }
  }

  private void relay(RoutingContext ctx, Admitted admitted) {
    if (ctx.response().closed()) {
      admitted.abandon();
    } else {
      if (admitted.cached() != null) {
        CacheHeaders.write(admitted.cached(), ctx.response().headers());
      }
      if (admitted.redacted() > 0) {
        ctx.response().putHeader(REDACTED, Integer.toString(admitted.redacted()));
      }
      Relay.start(ctx, admitted.decision(), operation.answer(), admitted::send);
    }
  }
}
