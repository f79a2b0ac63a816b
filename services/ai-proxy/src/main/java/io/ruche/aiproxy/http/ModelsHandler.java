package io.ruche.aiproxy.http;

import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.regex.Pattern;

/** {@code GET /v1/models} and {@code GET /v1/models/{id}}: the default provider's own models. */
public final class ModelsHandler implements Handler<RoutingContext> {

  private static final String PREFIX = "/v1";

  /** Nothing, or one id, which may have slashes of its own: {@code openai/gpt-oss-20b}. */
  private static final Pattern PATH =
      Pattern.compile("/models(/[A-Za-z0-9_~:@%-][A-Za-z0-9._~:@%-]*){0,4}");

  private static final int MAX_PATH_LENGTH = 256;

  private final Dispatcher dispatcher;

  /** A handler for one event loop, with the dispatcher of that event loop. */
  public ModelsHandler(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  @Override
  public void handle(RoutingContext ctx) {
    ctx.request().resume();
    String path = ctx.request().path().substring(PREFIX.length());
    if (!isModels(path)) {
      ctx.fail(Failure.notFound("The path does not name a model; GET /v1/models lists them."));
    } else {
      Relay.start(ctx, AllowanceHandler.decision(ctx), reader -> dispatcher.models(path, reader));
    }
  }

  /** Escaped dots are refused as well, because the provider may take them for a step upwards. */
  private static boolean isModels(String path) {
    return path.length() <= MAX_PATH_LENGTH
        && PATH.matcher(path).matches()
        && !path.toLowerCase(Locale.ROOT).contains("%2e");
  }
}
