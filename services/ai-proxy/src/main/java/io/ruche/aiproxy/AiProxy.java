package io.ruche.aiproxy;

import io.ruche.aiproxy.cache.AnswerCache;
import io.ruche.aiproxy.events.ChatHandler;
import io.ruche.aiproxy.events.KeyedAskers;
import io.ruche.aiproxy.events.TranscribeHandler;
import io.ruche.aiproxy.events.notice.BudgetEvents;
import io.ruche.aiproxy.events.notice.ProviderEvents;
import io.ruche.aiproxy.events.notice.UsageEvents;
import io.ruche.aiproxy.form.Spool;
import io.ruche.aiproxy.http.ApiRoutes;
import io.ruche.aiproxy.http.page.PageRoutes;
import io.ruche.aiproxy.http.usage.UsageRoutes;
import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.objects.BatchUsage;
import io.ruche.aiproxy.objects.ProviderObjects;
import io.ruche.auth.Scope;
import io.ruche.auth.admin.KeyRoutes;
import io.ruche.auth.web.SessionRoutes;
import io.ruche.backbone.Backbone;
import io.ruche.backbone.Launcher;
import io.ruche.backbone.Service;
import io.ruche.bus.Bus;
import io.ruche.bus.http.CommandRoutes;
import io.ruche.config.Config;
import io.ruche.http.HttpApi;
import io.ruche.http.openapi.OpenApi;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.lifecycle.LifecycleSequence;
import io.ruche.lifecycle.Readiness;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;

/** The OpenAI-compatible gateway, for requests and for events. */
public final class AiProxy implements Service {

  private static final Duration START_BOUND = Duration.ofSeconds(30);
  private static final Duration STOP_BOUND = Duration.ofSeconds(40);
  private static final Duration BEYOND_THE_PROVIDER = Duration.ofSeconds(30);

  /** Runs ai-proxy on its own. */
  public static void main(String[] args) {
    Launcher.run(new AiProxy());
  }

  @Override
  public String name() {
    return "ai-proxy";
  }

  @Override
  public Class<AiProxyConfig> config() {
    return AiProxyConfig.class;
  }

  @Override
  public int port(Config all) {
    return all.get(AiProxyConfig.class).port();
  }

  @Override
  public List<String> schemas() {
    return List.of(Ledger.SCHEMA);
  }

  @Override
  public Lifecycle create(Backbone backbone, Config all) {
    AiProxyConfig config = all.get(AiProxyConfig.class);
    Settings settings = Settings.following(backbone.vertx(), all, backbone.registry());
    Ledger ledger =
        new Ledger(
            backbone.vertx(),
            backbone.postgres(),
            config.ledger(),
            backbone.data(),
            backbone.registry());
    Bus bus = backbone.bus(name());
    Allowances allowances =
        new Allowances(
            backbone.vertx(),
            backbone.hotRedis(),
            config.limits(),
            ledger::spent,
            new BudgetEvents(bus),
            backbone.registry());
    AiProxyService service =
        new AiProxyService(
            backbone.vertx(),
            settings,
            backbone.registry(),
            backbone.tracing(),
            new ProviderEvents(bus, () -> settings.current().providerEvents()),
            allowances,
            ledger,
            new AnswerCache(backbone.vertx(), backbone.hotRedis(), backbone.registry()),
            new KeyedAskers(backbone.keyRing()),
            bus::piece);
    ledger.tell(config.usageEvents());
    settings.onChange(inForce -> ledger.tell(inForce.config().usageEvents()));
    UsageEvents usageEvents =
        new UsageEvents(
            backbone.vertx(),
            ledger.untold(),
            bus::publish,
            () -> settings.current().usageEvents());
    Duration longest = config.commandTimeout().plus(BEYOND_THE_PROVIDER);
    bus.command(
        ChatHandler.command(longest, config.queue().concurrency()),
        backbone.scoped(Scope.AI, service.chat()));

    Spool spool = new Spool(backbone.vertx(), backbone.data().resolve("ai-proxy/spool"));
    TranscribeHandler transcribe =
        new TranscribeHandler(
            backbone.vertx(),
            service.asking(),
            spool,
            backbone.s3(),
            () -> settings.current().defaultTranscriptionModel(),
            () -> settings.current().maxAudio().bytes());
    bus.command(TranscribeHandler.command(longest), backbone.scoped(Scope.AI, transcribe));

    ProviderObjects objects = new ProviderObjects(backbone.postgres());
    BatchUsage batches = service.newBatchUsage(objects);
    OpenApi contract = OpenApi.load("openapi/ai-proxy.yaml");
    ApiRoutes api =
        new ApiRoutes(
            service::newDispatcher,
            service::newGateway,
            () -> settings.current().maxBody().bytes(),
            spool,
            () -> settings.current().maxAudio().bytes(),
            dispatcher -> service.newObjectClient(dispatcher, objects, batches),
            () -> settings.current().maxFile().bytes(),
            backbone.keyRing(),
            allowances);
    UsageRoutes usage =
        new UsageRoutes(contract, ledger::usage, backbone.keyRing(), config.ledger().operator());
    CommandRoutes commands = backbone.commandRoutes(bus, Scope.AI);
    SessionRoutes sessions = backbone.sessionRoutes(contract);
    PageRoutes page = page(backbone, contract, service, config.ledger().operator());
    HttpApi.Endpoints endpoints =
        routes -> {
          // Before all that wants a key: a session found by them stands in for one.
          sessions.addTo(routes);
          // Each request is held against one route after the other, and most are for these.
          api.addTo(routes);
          commands.addTo(routes);
          usage.addTo(routes);
          page.addTo(routes);
          routes.on(HttpMethod.GET, OpenApi.PATH, contract.document());
        };
    Readiness readiness = backbone.readiness(bus);
    readiness.register("ledger", ledger::state);
    readiness.inform("providers", service::providerHealth);
    return new LifecycleSequence(START_BOUND, STOP_BOUND)
        .then("settings", settings)
        .then("ledger", ledger)
        .then("limits", allowances)
        .then("providers", service)
        .then("spool", spool)
        .then("bus", bus)
        .then("usage events", usageEvents)
        .then(
            "api",
            backbone.api(
                name(), new HttpApi.Port(config.port(), "port in ai-proxy.yaml"), endpoints))
        .then(
            "management",
            backbone.management(
                name(),
                new HttpApi.Port(config.managementPort(), "management-port in ai-proxy.yaml"),
                readiness));
  }

  private static PageRoutes page(
      Backbone backbone, OpenApi contract, AiProxyService service, String operator) {
    KeyRoutes keys = new KeyRoutes(backbone.keyStore(), backbone.keyRing(), contract, operator);
    return new PageRoutes(keys, backbone.keyRing(), service::providerStates);
  }
}
