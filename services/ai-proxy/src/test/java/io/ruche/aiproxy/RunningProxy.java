package io.ruche.aiproxy;

import io.ruche.aiproxy.http.ChatCompletionsHandler;
import io.ruche.aiproxy.http.ModelsHandler;
import io.ruche.aiproxy.http.OpenAiErrors;
import io.ruche.aiproxy.upstream.ProviderClient;
import io.ruche.http.Failure;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** ai-proxy's handlers behind a plain server, with failures told as the real edge tells them. */
public final class RunningProxy implements AutoCloseable {

  private static final int SECONDS = 30;

  private final AiProxyService service;
  private final Vertx vertx;
  private final AiProxyConfig config;
  private final AtomicInteger port = new AtomicInteger();
  private String deployment = "";

  private RunningProxy(Vertx vertx, AiProxyConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.service = new AiProxyService(vertx, config);
  }

  /** Starts one on a free port, or on the configured one. */
  public static RunningProxy start(Vertx vertx, AiProxyConfig config, Handler<RoutingContext> gate)
      throws TimeoutException {
    RunningProxy proxy = new RunningProxy(vertx, config);
    proxy.service.start().await(SECONDS, TimeUnit.SECONDS);
    // A negative port is one free port for all event loops together.
    int asked = config.port() == 0 ? -1 : config.port();
    proxy.deployment =
        vertx
            .deployVerticle(
                () -> proxy.new Loop(asked, gate), new DeploymentOptions().setInstances(2))
            .await(SECONDS, TimeUnit.SECONDS);
    return proxy;
  }

  /** Where it listens. */
  public int port() {
    return port.get();
  }

  /** The service behind it. */
  public AiProxyService service() {
    return service;
  }

  @Override
  public void close() throws TimeoutException {
    vertx.undeploy(deployment).await(SECONDS, TimeUnit.SECONDS);
    service.stop().await(SECONDS, TimeUnit.SECONDS);
  }

  private final class Loop extends VerticleBase {

    private final int asked;
    private final Handler<RoutingContext> gate;

    Loop(int asked, Handler<RoutingContext> gate) {
      this.asked = asked;
      this.gate = gate;
    }

    @Override
    public Future<HttpServer> start() {
      ProviderClient client = service.newClient();
      ChatCompletionsHandler chatCompletions =
          new ChatCompletionsHandler(client, config.maxBody().bytes());
      ModelsHandler models = new ModelsHandler(client);
      Router router = Router.router(vertx);
      for (int status = 400; status < 600; status++) {
        router.errorHandler(status, RunningProxy::tell);
      }
      router.post("/v1/chat/completions").handler(gate).handler(chatCompletions);
      router.get("/v1/models").handler(gate).handler(models);
      router.get("/v1/models/*").handler(gate).handler(models);
      return vertx
          .createHttpServer(
              new HttpServerOptions()
                  .setHost("127.0.0.1")
                  .setPort(asked)
                  .setHttp2ClearTextEnabled(false))
          .requestHandler(router)
          .listen()
          .onSuccess(server -> port.set(server.actualPort()));
    }
  }

  private static void tell(RoutingContext ctx) {
    Failure failure =
        ctx.failure() instanceof Failure known
            ? known
            : ctx.statusCode() == 404 ? Failure.notFound("No such path.") : Failure.internal();
    OpenAiErrors errors = new OpenAiErrors();
    HttpServerResponse response = ctx.response();
    if (!response.ended() && !response.closed() && !response.headWritten()) {
      failure.headers().forEach(response::putHeader);
      response
          .setStatusCode(failure.status())
          .putHeader("content-type", errors.contentType())
          .end(errors.encode(failure, "id", ctx.request().path()));
    }
  }
}
