package io.ruche.aiproxy.http;

import io.ruche.aiproxy.upstream.AttemptListener;
import io.ruche.aiproxy.upstream.ChatRequest;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.function.LongSupplier;

/**
 * {@code POST /v1/chat/completions}: checks the body, sends it to a target of its model and relays
 * the answer, streamed or whole.
 */
public final class ChatCompletionsHandler implements Handler<RoutingContext> {

  private final Dispatcher dispatcher;
  private final BodyReader bodies;

  /**
   * A handler for one event loop.
   *
   * @param dispatcher that of the event loop
   * @param maxBodyBytes the longest body that is accepted now
   */
  public ChatCompletionsHandler(Dispatcher dispatcher, LongSupplier maxBodyBytes) {
    this.dispatcher = dispatcher;
    this.bodies = new BodyReader(maxBodyBytes);
  }

  @Override
  public void handle(RoutingContext ctx) {
    bodies.read(ctx, body -> ask(ctx, body));
  }

  private void ask(RoutingContext ctx, Buffer body) {
    ChatRequest request;
    try {
      request = ChatRequest.read(body);
    } catch (Failure refusal) {
      ctx.fail(refusal);
      return;
    }
    long tokens = request.leastTokens(body);
    Relay.start(
        ctx, reader -> dispatcher.chat(request, body, tokens, reader, AttemptListener.NONE));
  }
}
