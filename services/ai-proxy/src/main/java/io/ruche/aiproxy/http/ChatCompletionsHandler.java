package io.ruche.aiproxy.http;

import io.ruche.aiproxy.gateway.Admitted;
import io.ruche.aiproxy.gateway.Ask;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.upstream.ChatRequest;
import io.ruche.auth.web.KeyHandler;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.function.LongSupplier;

/**
 * {@code POST /v1/chat/completions}: checks the body, lets it in under the key's limits, sends it
 * to the model's targets as it came and relays the answer, streamed or whole.
 */
public final class ChatCompletionsHandler implements Handler<RoutingContext> {

  /** At how many places of the request personal data was replaced. */
  private static final CharSequence REDACTED = HttpHeaders.createOptimized("x-ruche-redacted");

  private final Gateway gateway;
  private final BodyReader bodies;

  /**
   * A handler for one event loop.
   *
   * @param gateway of that event loop
   * @param maxBodyBytes the longest body that is accepted, now
   */
  public ChatCompletionsHandler(Gateway gateway, LongSupplier maxBodyBytes) {
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
      ChatRequest request = ChatRequest.read(body);
      admission = gateway.admit(new Ask(KeyHandler.keyOf(ctx), Source.HTTP, null, request, body));
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

  private static void relay(RoutingContext ctx, Admitted admitted) {
    if (ctx.response().closed()) {
      admitted.abandon();
    } else {
      if (admitted.redacted() > 0) {
        ctx.response().putHeader(REDACTED, Integer.toString(admitted.redacted()));
      }
      Relay.start(ctx, admitted.decision(), admitted::send);
    }
  }
}
