package io.ruche.embedservice;

import io.ruche.auth.Scope;
import io.ruche.backbone.Backbone;
import io.ruche.backbone.Launcher;
import io.ruche.backbone.Service;
import io.ruche.bus.Bus;
import io.ruche.bus.http.CommandRoutes;
import io.ruche.config.Config;
import io.ruche.embedservice.events.DeleteHandler;
import io.ruche.embedservice.events.IndexHandler;
import io.ruche.embedservice.events.ReembedHandler;
import io.ruche.embedservice.events.SearchHandler;
import io.ruche.embedservice.http.ApiRoutes;
import io.ruche.embedservice.http.PageRoutes;
import io.ruche.embedservice.registry.Database;
import io.ruche.embedservice.watch.NotifyHandler;
import io.ruche.http.HttpApi;
import io.ruche.http.openapi.OpenApi;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.lifecycle.LifecycleSequence;
import io.ruche.lifecycle.Readiness;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;

/** Documents in, answers with page and place out. */
public final class EmbedService implements Service {

  private static final Duration START_BOUND = Duration.ofSeconds(60);
  private static final Duration STOP_BOUND = Duration.ofSeconds(40);

  private final Parts.Maker parts;

  /** The service with what is configured. */
  public EmbedService() {
    this(ConfiguredParts::make);
  }

  /** The service put together from other parts. */
  EmbedService(Parts.Maker parts) {
    this.parts = parts;
  }

  /** Runs embed-service on its own. */
  public static void main(String[] args) {
    Launcher.run(new EmbedService());
  }

  @Override
  public String name() {
    return "embed-service";
  }

  @Override
  public Class<EmbedServiceConfig> config() {
    return EmbedServiceConfig.class;
  }

  @Override
  public int port(Config all) {
    return all.get(EmbedServiceConfig.class).port();
  }

  @Override
  public List<String> schemas() {
    return List.of(Database.SCHEMA);
  }

  @Override
  public Lifecycle create(Backbone backbone, Config all) {
    EmbedServiceConfig config = all.get(EmbedServiceConfig.class);
    Parts made = parts.make(backbone, config);
    Bus bus = backbone.bus(name());
    Workings workings = Workings.of(backbone, config, made, bus);
    bus.command(IndexHandler.command(), backbone.keyed(Scope.DOCUMENTS, workings.index()));
    bus.command(DeleteHandler.command(), backbone.keyed(Scope.DOCUMENTS, workings.delete()));
    bus.command(ReembedHandler.command(), backbone.keyed(Scope.DOCUMENTS, workings.reembed()));
    bus.command(
        SearchHandler.command(),
        backbone.keyed(Scope.DOCUMENTS, new SearchHandler(workings.search())));
    bus.command(
        NotifyHandler.command(),
        backbone.keyed(Scope.DOCUMENTS, new NotifyHandler(workings.watch())));

    HttpApi.Endpoints endpoints = endpoints(backbone, config, made, workings, bus);
    Readiness readiness = backbone.readiness(bus);
    readiness.register("index", workings.indexes()::state);
    LifecycleSequence sequence = new LifecycleSequence(START_BOUND, STOP_BOUND);
    made.lifecycles().forEach(sequence::then);
    return sequence
        .then("indexes", workings.indexes())
        .then("spool", workings.spool())
        .then("bus", bus)
        .then("moving", workings.moving())
        .then("watch", workings.watch())
        .then("housekeeping", workings.housekeeping())
        .then("sizes", workings.sizes())
        .then(
            "api",
            backbone.api(
                name(), new HttpApi.Port(config.port(), "port in embed-service.yaml"), endpoints))
        .then(
            "management",
            backbone.management(
                name(),
                new HttpApi.Port(config.managementPort(), "management-port in embed-service.yaml"),
                readiness));
  }

  /** All that is served. */
  static HttpApi.Endpoints endpoints(
      Backbone backbone, EmbedServiceConfig config, Parts made, Workings workings, Bus bus) {
    OpenApi contract = OpenApi.load("openapi/embed-service.yaml");
    ApiRoutes api = workings.api(backbone, contract, bus, config);
    PageRoutes page = new PageRoutes(backbone.sessionRoutes(contract));
    CommandRoutes commands = backbone.commandRoutes(bus, Scope.DOCUMENTS);
    return routes -> {
      page.addTo(routes);
      routes.on(HttpMethod.GET, OpenApi.PATH, contract.document());
      made.endpoints().addTo(routes);
      api.addTo(routes);
      commands.addTo(routes);
    };
  }
}
