package io.ruche.aiproxy;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.events.Askers;
import io.ruche.aiproxy.events.ChatHandler;
import io.ruche.aiproxy.events.PieceSink;
import io.ruche.aiproxy.events.Streaming;
import io.ruche.aiproxy.events.Waiting;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.http.page.ProviderState;
import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.queue.Lines;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.TargetStates;
import io.ruche.aiproxy.routing.circuit.CircuitListener;
import io.ruche.aiproxy.upstream.Completions;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.bus.CommandHandler;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
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
  private final ChatHandler chat;
  private final List<Dispatcher> dispatchers = new CopyOnWriteArrayList<>();

  /**
   * A service that is not started.
   *
   * @param askers tells whose limits a command is held to
   * @param pieces takes pieces of answers for those who want to see them come
   * @param circuits hears of circuits that open and close
   */
  public AiProxyService(
      Vertx vertx,
      Settings settings,
      MeterRegistry registry,
      CircuitListener circuits,
      Allowances allowances,
      Ledger ledger,
      Askers askers,
      PieceSink pieces) {
    this.vertx = vertx;
    this.settings = settings;
    this.allowances = allowances;
    this.ledger = ledger;
    this.states =
        new TargetStates(
            System::nanoTime, settings.catalog().circuits(), new CircuitBoard(registry, circuits));
    settings.onChange(this::use);
    Duration longest = settings.current().commandTimeout();
    Completions completions =
        new Completions(vertx, longest, () -> settings.current().maxReply().bytes());
    this.chat =
        new ChatHandler(
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
            () -> settings.current().defaultModel(),
            longest);
  }

  private void use(Settings.InForce inForce) {
    Catalog catalog = inForce.terms().catalog();
    states.use(catalog);
    allowances.use(inForce.config().limits());
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
    return new Gateway(settings::terms, allowances, ledger, dispatcher, Clock.systemUTC());
  }

  /** The settings in force. */
  public Settings settings() {
    return settings;
  }

  /** The handler of the command {@code chat}. */
  public CommandHandler chat() {
    return chat;
  }

  /** The providers as they are seen now. */
  public List<ProviderState> providerStates() {
    return ProviderStates.now(settings.catalog(), states);
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
    return Future.succeededFuture();
  }

  /** Closes the connections to the providers; the edges have drained what was in flight. */
  @Override
  public Future<Void> stop() {
    return Future.join(dispatchers.stream().map(Dispatcher::close).toList()).mapEmpty();
  }
}
