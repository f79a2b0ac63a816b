package io.ruche.aiproxy;

import io.ruche.aiproxy.events.ChatHandler;
import io.ruche.aiproxy.http.page.ProviderState;
import io.ruche.aiproxy.upstream.Completions;
import io.ruche.aiproxy.upstream.Provider;
import io.ruche.aiproxy.upstream.ProviderClient;
import io.ruche.bus.CommandHandler;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
  private final AiProxyConfig config;
  private final ChatHandler chat;
  private final List<ProviderClient> clients = new CopyOnWriteArrayList<>();

  /** A service that is not started. */
  public AiProxyService(Vertx vertx, AiProxyConfig config) {
    this.vertx = vertx;
    this.config = config;
    Completions completions =
        new Completions(vertx, newClient(), config.timeouts(), config.maxReply().bytes());
    this.chat = new ChatHandler(completions, config.defaultModel(), config.timeouts().command());
  }

  /** A client of the provider for one event loop, closed with the service. */
  public ProviderClient newClient() {
    ProviderClient client =
        new ProviderClient(vertx, config.provider(), config.timeouts(), config.pool());
    clients.add(client);
    return client;
  }

  /** The handler of the command {@code chat}. */
  public CommandHandler chat() {
    return chat;
  }

  /** The providers as they are seen now. */
  public List<ProviderState> providerStates() {
    Provider provider = config.provider();
    return List.of(
        new ProviderState(
            "default", provider.baseUrl().getHost(), provider.apiKey() != null, List.of()));
  }

  @Override
  public Future<Void> start() {
    if (config.provider().apiKey() == null) {
      log.warn(
          "No provider is configured: set GROQ_API_KEY. Until then requests are answered 503.");
    } else {
      log.info("provider {}", config.provider().baseUrl());
    }
    return Future.succeededFuture();
  }

  /** Closes the connections to the provider; the edges have drained what was in flight. */
  @Override
  public Future<Void> stop() {
    return Future.join(clients.stream().map(ProviderClient::close).toList()).mapEmpty();
  }
}
