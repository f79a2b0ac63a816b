package io.ruche.aiproxy;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.cache.AnswerCache;
import io.ruche.aiproxy.events.PieceSink;
import io.ruche.aiproxy.form.Spool;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.http.AllowanceHandler;
import io.ruche.aiproxy.http.ApiRoutes;
import io.ruche.aiproxy.http.AudioHandler;
import io.ruche.aiproxy.http.JsonRequestHandler;
import io.ruche.aiproxy.http.ModelsHandler;
import io.ruche.aiproxy.http.ObjectsHandler;
import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.objects.BatchUsage;
import io.ruche.aiproxy.objects.ProviderObjects;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.aiproxy.routing.circuit.CircuitListener;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.http.Failure;
import io.ruche.http.openai.OpenAiErrors;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.ruche.store.RedisLink;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** ai-proxy's handlers behind a plain server, with failures told as the real edge tells them. */
public final class RunningProxy implements AutoCloseable {

  private static final int SECONDS = 30;

  /** Of a client in the middle of a form; short, so that a test can wait for it. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(3);

  private final AiProxyService service;
  private final Vertx vertx;
  private final Metrics metrics = new Metrics("ai-proxy");
  private final Allowances allowances;
  private final Ledger ledger;
  private final Spool spool;
  private final AtomicInteger port = new AtomicInteger();
  private @Nullable ProviderObjects objects;
  private @Nullable BatchUsage batches;
  private String deployment = "";

  private RunningProxy(
      Vertx vertx,
      Settings settings,
      Tracing tracing,
      CircuitListener circuits,
      Function<MeterRegistry, Ledger> ledgers,
      RedisLink hot,
      PieceSink pieces) {
    this.vertx = vertx;
    this.spool =
        new Spool(
            vertx, Path.of(System.getProperty("java.io.tmpdir"), "spool" + System.nanoTime()));
    MeterRegistry registry = metrics.registry();
    this.ledger = ledgers.apply(registry);
    this.allowances =
        new Allowances(
            vertx, hot, settings.current().limits(), ledger::spent, notice -> {}, registry);
    this.service =
        new AiProxyService(
            vertx,
            settings,
            registry,
            tracing,
            circuits,
            allowances,
            ledger,
            new AnswerCache(vertx, hot, registry),
            (tenant, client) -> TestKeys.named(tenant, client),
            pieces);
  }

  /** Starts one on a free port, or on the configured one. */
  public static RunningProxy start(Vertx vertx, Settings settings, Handler<RoutingContext> gate)
      throws TimeoutException {
    return start(vertx, settings, gate, CircuitListener.NONE);
  }

  /** Starts one that tells of its circuits. */
  public static RunningProxy start(
      Vertx vertx, Settings settings, Handler<RoutingContext> gate, CircuitListener circuits)
      throws TimeoutException {
    return start(vertx, settings, gate, circuits, Tracing.off());
  }

  /** Starts one that leaves spans. */
  public static RunningProxy start(
      Vertx vertx,
      Settings settings,
      Handler<RoutingContext> gate,
      CircuitListener circuits,
      Tracing tracing)
      throws TimeoutException {
    RedisLink nowhere =
        new RedisLink(vertx, vertx.getOrCreateContext(), "hot", "redis://127.0.0.1:1");
    return start(
        vertx,
        settings,
        gate,
        tracing,
        circuits,
        registry -> TestLedger.open(vertx, settings.current().ledger(), registry),
        nowhere,
        PieceSink.NONE);
  }

  /** Starts one whose commands send pieces of their answers. */
  public static RunningProxy start(Vertx vertx, Settings settings, PieceSink pieces)
      throws TimeoutException {
    RedisLink nowhere =
        new RedisLink(vertx, vertx.getOrCreateContext(), "hot", "redis://127.0.0.1:1");
    return start(
        vertx,
        settings,
        ctx -> ctx.next(),
        Tracing.off(),
        CircuitListener.NONE,
        registry -> TestLedger.open(vertx, settings.current().ledger(), registry),
        nowhere,
        pieces);
  }

  /** Starts one with a ledger and a hot Redis of the caller's. */
  public static RunningProxy start(
      Vertx vertx,
      Settings settings,
      Handler<RoutingContext> gate,
      CircuitListener circuits,
      Function<MeterRegistry, Ledger> ledgers,
      RedisLink hot)
      throws TimeoutException {
    return start(vertx, settings, gate, Tracing.off(), circuits, ledgers, hot, PieceSink.NONE);
  }

  /** Starts one that keeps in a database whose files and batches there are. */
  public static RunningProxy start(
      Vertx vertx,
      Settings settings,
      Handler<RoutingContext> gate,
      Function<MeterRegistry, Ledger> ledgers,
      RedisLink hot,
      ProviderObjects objects)
      throws TimeoutException {
    RunningProxy proxy =
        new RunningProxy(
            vertx, settings, Tracing.off(), CircuitListener.NONE, ledgers, hot, PieceSink.NONE);
    proxy.objects = objects;
    proxy.batches = proxy.service.newBatchUsage(objects);
    return proxy.begin(settings, gate);
  }

  private static RunningProxy start(
      Vertx vertx,
      Settings settings,
      Handler<RoutingContext> gate,
      Tracing tracing,
      CircuitListener circuits,
      Function<MeterRegistry, Ledger> ledgers,
      RedisLink hot,
      PieceSink pieces)
      throws TimeoutException {
    return new RunningProxy(vertx, settings, tracing, circuits, ledgers, hot, pieces)
        .begin(settings, gate);
  }

  private RunningProxy begin(Settings settings, Handler<RoutingContext> gate)
      throws TimeoutException {
    allowances.start().await(SECONDS, TimeUnit.SECONDS);
    settings.start().await(SECONDS, TimeUnit.SECONDS);
    ledger.start().await(SECONDS, TimeUnit.SECONDS);
    spool.start().await(SECONDS, TimeUnit.SECONDS);
    service.start().await(SECONDS, TimeUnit.SECONDS);
    // A negative port is one free port for all event loops together.
    int port = settings.current().port();
    int asked = port == 0 ? -1 : port;
    deployment =
        vertx
            .deployVerticle(() -> new Loop(asked, gate), new DeploymentOptions().setInstances(2))
            .await(SECONDS, TimeUnit.SECONDS);
    return this;
  }

  /** Where it listens. */
  public int port() {
    return port.get();
  }

  /** What it measures. */
  public MeterRegistry registry() {
    return metrics.registry();
  }

  /** The service behind it. */
  public AiProxyService service() {
    return service;
  }

  @Override
  public void close() throws TimeoutException {
    vertx.undeploy(deployment).await(SECONDS, TimeUnit.SECONDS);
    service.settings().stop().await(SECONDS, TimeUnit.SECONDS);
    service.stop().await(SECONDS, TimeUnit.SECONDS);
    allowances.stop().await(SECONDS, TimeUnit.SECONDS);
    ledger.stop().await(SECONDS, TimeUnit.SECONDS);
    metrics.close();
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
      Dispatcher dispatcher = service.newDispatcher();
      Gateway gateway = service.newGateway(dispatcher);
      ModelsHandler models = new ModelsHandler(dispatcher, gateway);
      Router router = Router.router(vertx);
      router.route().handler(TestKeys::admit);
      for (int status = 400; status < 600; status++) {
        router.errorHandler(status, RunningProxy::tell);
      }
      for (Operation operation : ApiRoutes.JSON_OPERATIONS) {
        router
            .post("/v1" + operation.path())
            .handler(gate)
            .handler(
                new JsonRequestHandler(
                    operation, gateway, () -> service.settings().current().maxBody().bytes()));
      }
      for (Operation operation : ApiRoutes.FORM_OPERATIONS) {
        router
            .post("/v1" + operation.path())
            .handler(gate)
            .handler(
                new AudioHandler(
                    operation,
                    gateway,
                    spool,
                    () -> service.settings().current().maxAudio().bytes(),
                    LONGEST_SILENCE));
      }
      if (objects != null) {
        ObjectsHandler kept =
            new ObjectsHandler(
                gateway,
                service.newObjectClient(dispatcher, objects, batches),
                () -> service.settings().current().maxBody().bytes(),
                () -> service.settings().current().maxFile().bytes(),
                LONGEST_SILENCE);
        for (ObjectsHandler.Path path : kept.paths()) {
          router
              .route(path.method(), path.template().replace("{id}", ":id"))
              .handler(gate)
              .handler(new AllowanceHandler(allowances))
              .handler(path.handler());
        }
      }
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
