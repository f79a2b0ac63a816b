package io.ruche.aiproxy.http;

import io.ruche.aiproxy.upstream.ChatRequest;
import io.ruche.aiproxy.upstream.ProviderClient;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code POST /v1/chat/completions}: checks the body, sends it to the provider as it came and
 * relays the answer, streamed or whole.
 */
public final class ChatCompletionsHandler implements Handler<RoutingContext> {

  private final ProviderClient provider;
  private final BodyReader bodies;

  /**
   * A handler for one event loop.
   *
   * @param provider the client of that event loop
   * @param maxBodyBytes the longest body that is accepted
   */
  public ChatCompletionsHandler(ProviderClient provider, long maxBodyBytes) {
    this.provider = provider;
    this.bodies = new BodyReader(maxBodyBytes);
  }

  @Override
  public void handle(RoutingContext ctx) {
    bodies.read(ctx, body -> ask(ctx, body));
  }

  private void ask(RoutingContext ctx, Buffer body) {
    try {
      ChatRequest.read(body);
    } catch (Failure refusal) {
      ctx.fail(refusal);
      return;
    }
    if (provider.configured()) {
      Relay.start(ctx, reader -> provider.chat(body, reader));
    } else {
      ctx.fail(provider.notConfigured());
    }
  }
}
