package io.ruche.aiproxy.http;

import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.operation.AnswerType;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.auth.web.KeyHandler;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * {@code GET /v1/models} and {@code GET /v1/models/{id}}: the aliases, and the default provider's
 * own models; of both only what the key may ask for.
 */
public final class ModelsHandler implements Handler<RoutingContext> {

  private static final String PREFIX = "/v1";
  private static final String LIST = "/models";

  /** Nothing, or one id, which may have slashes of its own: {@code openai/gpt-oss-20b}. */
  private static final Pattern PATH =
      Pattern.compile("/models(/[A-Za-z0-9_~:@%-][A-Za-z0-9._~:@%-]*){0,4}");

  private static final int MAX_PATH_LENGTH = 256;

  private final Dispatcher dispatcher;

  private final Gateway gateway;

  /** A handler for one event loop, with the dispatcher and the gateway of that event loop. */
  public ModelsHandler(Dispatcher dispatcher, Gateway gateway) {
    this.dispatcher = dispatcher;
    this.gateway = gateway;
  }

  @Override
  public void handle(RoutingContext ctx) {
    ctx.request().resume();
    String path = ctx.request().path().substring(PREFIX.length());
    if (!isModels(path)) {
      ctx.fail(Failure.notFound("The path does not name a model; GET /v1/models lists them."));
    } else if (path.equals(LIST)) {
      list(ctx, dispatcher.aliases());
    } else {
      one(ctx, path);
    }
  }

  private void list(RoutingContext ctx, Set<String> aliases) {
    Predicate<String> allowed = gateway.models(KeyHandler.keyOf(ctx));
    Relay.start(
        ctx,
        AllowanceHandler.decision(ctx),
        AnswerType.JSON,
        reader ->
            dispatcher.models(
                LIST,
                aliases.isEmpty() && allowed == null
                    ? reader
                    : new AliasList(aliases, allowed, reader)));
  }

  private void one(RoutingContext ctx, String path) {
    String id = URLDecoder.decode(path.substring(LIST.length() + 1), StandardCharsets.UTF_8);
    try {
      gateway.requireModel(KeyHandler.keyOf(ctx), id);
    } catch (Failure refusal) {
      ctx.fail(refusal);
      return;
    }
    if (dispatcher.aliases().contains(id)) {
      ctx.response()
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .end(AliasList.model(id).toBuffer());
    } else {
      Relay.start(
          ctx,
          AllowanceHandler.decision(ctx),
          AnswerType.JSON,
          reader -> dispatcher.models(path, reader));
    }
  }

  /** Escaped dots are refused as well, because the provider may take them for a step upwards. */
  private static boolean isModels(String path) {
    return path.length() <= MAX_PATH_LENGTH
        && PATH.matcher(path).matches()
        && !path.toLowerCase(Locale.ROOT).contains("%2e");
  }
}
