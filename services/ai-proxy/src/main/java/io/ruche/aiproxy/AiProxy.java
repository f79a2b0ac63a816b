package io.ruche.aiproxy;

import io.ruche.aiproxy.events.ChatHandler;
import io.ruche.aiproxy.http.ApiRoutes;
import io.ruche.aiproxy.http.page.PageRoutes;
import io.ruche.auth.Scope;
import io.ruche.auth.admin.KeyRoutes;
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
import io.vertx.core.http.HttpMethod;
import java.time.Duration;

/** The OpenAI-compatible gateway, for requests and for events. */
public final class AiProxy implements Service {

  private static final Duration START_BOUND = Duration.ofSeconds(30);
  private static final Duration STOP_BOUND = Duration.ofSeconds(40);
  private static final Duration BEYOND_THE_PROVIDER = Duration.ofSeconds(30);

  /** The tenant whose admin keys see every tenant. */
  private static final String OPERATOR = "local";

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
  public Lifecycle create(Backbone backbone, Config all) {
    AiProxyConfig config = all.get(AiProxyConfig.class);
    AiProxyService service = new AiProxyService(backbone.vertx(), config);

    Bus bus = backbone.bus(name());
    Duration longest = config.timeouts().command().plus(BEYOND_THE_PROVIDER);
    bus.command(ChatHandler.command(longest), backbone.keyed(Scope.AI, service.chat()));

    OpenApi contract = OpenApi.load("openapi/ai-proxy.yaml");
    ApiRoutes api =
        new ApiRoutes(
            service::newClient, config.maxBody().bytes(), backbone.keyRing(), backbone.limiter());
    CommandRoutes commands = backbone.commandRoutes(bus, Scope.AI);
    PageRoutes page = page(backbone, contract, service);
    HttpApi.Endpoints endpoints =
        routes -> {
          page.addTo(routes);
          routes.on(HttpMethod.GET, OpenApi.PATH, contract.document());
          api.addTo(routes);
          commands.addTo(routes);
        };
    return new LifecycleSequence(START_BOUND, STOP_BOUND)
        .then("provider", service)
        .then("bus", bus)
        .then(
            "api",
            backbone.api(
                name(), new HttpApi.Port(config.port(), "port in ai-proxy.yaml"), endpoints))
        .then(
            "management",
            backbone.management(
                name(),
                new HttpApi.Port(config.managementPort(), "management-port in ai-proxy.yaml"),
                backbone.readiness(bus)));
  }

  /** The first routes, since a session found by them stands in for a key after them. */
  private static PageRoutes page(Backbone backbone, OpenApi contract, AiProxyService service) {
    KeyRoutes keys = new KeyRoutes(backbone.keyStore(), backbone.keyRing(), contract, OPERATOR);
    return new PageRoutes(
        backbone.sessionRoutes(contract), keys, backbone.keyRing(), service::providerStates);
  }
}
