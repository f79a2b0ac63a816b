package io.ruche.aiproxy;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.cache.AnswerCache;
import io.ruche.aiproxy.events.Askers;
import io.ruche.aiproxy.events.Asking;
import io.ruche.aiproxy.events.ChatHandler;
import io.ruche.aiproxy.events.PieceSink;
import io.ruche.aiproxy.events.QueuedRequests;
import io.ruche.aiproxy.events.Streaming;
import io.ruche.aiproxy.events.Waiting;
import io.ruche.aiproxy.gateway.BatchRow;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.guard.Guard;
import io.ruche.aiproxy.http.page.ProviderState;
import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.objects.BatchUsage;
import io.ruche.aiproxy.objects.ObjectAsker;
import io.ruche.aiproxy.objects.ObjectClient;
import io.ruche.aiproxy.objects.ProviderObjects;
import io.ruche.aiproxy.queue.Lines;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.TargetStates;
import io.ruche.aiproxy.routing.circuit.CircuitListener;
import io.ruche.aiproxy.telemetry.Telemetry;
import io.ruche.aiproxy.upstream.Completions;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.bus.CommandHandler;
import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.metrics.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ai-proxy without its edges: the handlers of its routes and of its command. Who listens on a port,
 * checks keys and limits, and runs commands is given by the process that it is part of.
 */
public final class AiProxyService implements Lifecycle {

  private static final Logger log = LoggerFactory.getLogger(AiProxyService.class);

  private final Vertx vertx;
  private final Settings settings;
  private final TargetStates states;
  private final Allowances allowances;
  private final Ledger ledger;
  private final AnswerCache cache;
  private final Guard guard;
  private final Telemetry telemetry;
  private final ProviderGauges gauges;
  private final QueuedRequests requests;
  private final List<Dispatcher> dispatchers = new CopyOnWriteArrayList<>();

  /**
   * A service that is not started.
   *
   * @param askers tells whose limits a command is held to
   * @param tracing where the spans of requests go
   * @param pieces takes pieces of answers for those who want to see them come
   * @param circuits hears of circuits that open and close
   */
  public AiProxyService(
      Vertx vertx,
      Settings settings,
      MeterRegistry registry,
      Tracing tracing,
      CircuitListener circuits,
      Allowances allowances,
      Ledger ledger,
      AnswerCache cache,
      Askers askers,
      PieceSink pieces) {
    this.vertx = vertx;
    this.settings = settings;
    this.allowances = allowances;
    this.ledger = ledger;
    this.cache = cache;
    this.guard = new Guard(registry);
    this.states =
        new TargetStates(
            System::nanoTime, settings.catalog().circuits(), new CircuitBoard(registry, circuits));
    this.telemetry = new Telemetry(registry, tracing);
    this.gauges = new ProviderGauges(vertx, registry, this::providerStates);
    telemetry.use(settings.catalog(), settings.current().prices());
    settings.onChange(this::use);
    Duration longest = settings.current().commandTimeout();
    Completions completions =
        new Completions(vertx, longest, () -> settings.current().maxReply().bytes());
    this.requests =
        new QueuedRequests(
            askers,
            newGateway(newDispatcher()),
            completions,
            new Waiting(
                new Lines(System::nanoTime),
                settings::catalog,
                states,
                () -> settings.current().queue(),
                Clock.systemUTC()),
            new Streaming(vertx, pieces, () -> settings.current().maxReply().bytes()),
            longest);
  }

  private void use(Settings.InForce inForce) {
    Catalog catalog = inForce.terms().catalog();
    states.use(catalog);
    allowances.use(inForce.config().limits());
    telemetry.use(catalog, inForce.config().prices());
    dispatchers.forEach(dispatcher -> dispatcher.retain(catalog));
  }

  /** Sends the requests of one event loop; closed with the service. */
  public Dispatcher newDispatcher() {
    Dispatcher dispatcher = new Dispatcher(vertx, settings::catalog, states);
    dispatchers.add(dispatcher);
    return dispatcher;
  }

  /** Takes the requests in that a dispatcher sends. */
  public Gateway newGateway(Dispatcher dispatcher) {
    return new Gateway(
        settings::terms,
        guard,
        allowances,
        ledger,
        dispatcher,
        cache,
        telemetry,
        Clock.systemUTC());
  }

  /** Asks for files and batches, by the dispatcher of one event loop. */
  public ObjectClient newObjectClient(
      Dispatcher dispatcher, ProviderObjects objects, BatchUsage usage) {
    return new ObjectClient(
        dispatcher, settings::catalog, this::filesProvider, objects, usage, new ObjectAsker(vertx));
  }

  /** Sees to it that what batches used is in the ledger; one for the process. */
  public BatchUsage newBatchUsage(ProviderObjects objects) {
    Clock clock = Clock.systemUTC();
    return new BatchUsage(
        vertx,
        objects,
        (batch, used) -> BatchRow.used(ledger, clock, settings.terms().prices(), batch, used));
  }

  private Provider filesProvider() {
    Settings.InForce now = settings.inForce();
    String name = now.config().filesProvider();
    Catalog catalog = now.terms().catalog();
    Provider named = name == null ? null : catalog.provider(name);
    return named == null ? catalog.defaultProvider() : named;
  }

  /** The settings in force. */
  public Settings settings() {
    return settings;
  }

  /** The handler of the command {@code chat}. */
  public CommandHandler chat() {
    return new ChatHandler(requests, () -> settings.current().defaultModel());
  }

  /** Does what a command asks of a model. */
  public Asking asking() {
    return requests;
  }

  /** The providers as they are seen now. */
  public List<ProviderState> providerStates() {
    return ProviderStates.now(settings.catalog(), states);
  }

  /** The providers by their names, for operators: none of them makes ai-proxy unready. */
  public Map<String, Dependency> providerHealth() {
    return ProviderStates.health(providerStates());
  }

  @Override
  public Future<Void> start() {
    List<Provider> configured =
        settings.catalog().providers().values().stream().filter(Provider::configured).toList();
    if (configured.isEmpty()) {
      log.warn(
          "No provider is configured: set GROQ_API_KEY. Until then requests are answered 503.");
    }
    configured.forEach(provider -> log.info("provider {} {}", provider.name(), provider.baseUrl()));
    gauges.start();
    return Future.succeededFuture();
  }

  /** Closes the connections to the providers; the edges have drained what was in flight. */
  @Override
  public Future<Void> stop() {
    gauges.stop();
    return Future.join(dispatchers.stream().map(Dispatcher::close).toList()).mapEmpty();
  }
}
