package io.ruche.aiproxy.upstream;

import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Priority;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.routing.TargetState;
import io.ruche.aiproxy.routing.TargetStates;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends requests to providers, each by the catalog of the moment in which it comes. Each event loop
 * has one of its own, so that a request and its calls stay on one thread.
 */
public final class Dispatcher {

  /** {@code provider/model}, its slash escaped or not. */
  private static final Pattern SPELLED_OUT =
      Pattern.compile("/models/([a-z0-9-]+)(?:/|%2[Ff])(.+)");

  private final Vertx vertx;
  private final Supplier<Catalog> catalogs;
  private final TargetStates states;
  private final ProviderClients clients;

  /**
   * A dispatcher without connections yet.
   *
   * @param catalogs gives the catalog now in force
   * @param states shared with the other dispatchers of the process
   */
  public Dispatcher(Vertx vertx, Supplier<Catalog> catalogs, TargetStates states) {
    this.vertx = vertx;
    this.catalogs = catalogs;
    this.states = states;
    this.clients = new ProviderClients(vertx);
  }

  /**
   * Asks the targets of the request's model.
   *
   * @param catalog the one that it was checked by
   * @param priority how it stands beside other requests
   */
  public Attempts send(
      ModelRequest request,
      Catalog catalog,
      Priority priority,
      Reader reader,
      AttemptListener listener) {
    Attempts attempts =
        new Attempts(vertx, clients, states, catalog, request, priority, reader, listener);
    attempts.start();
    return attempts;
  }

  /**
   * Asks the default provider for its list of models, or for one; or another provider for one, when
   * the model begins with its name.
   *
   * @param path {@code /models} and what follows it, percent-encoded
   */
  public Transfer models(String path, Reader reader) {
    Catalog catalog = catalogs.get();
    Matcher spelled = SPELLED_OUT.matcher(path);
    Provider named = spelled.matches() ? catalog.provider(spelled.group(1)) : null;
    return named == null
        ? models(catalog.defaultProvider(), path, reader)
        : models(named, "/models/" + spelled.group(2), reader);
  }

  private Transfer models(Provider provider, String path, Reader reader) {
    if (!provider.configured()) {
      reader.failed(notConfigured(provider));
      return Transfer.ENDED;
    }
    return clients.of(provider).models(path, reader);
  }

  /**
   * Asks one provider for something that is about no model, once.
   *
   * @param path behind the provider's address, percent-encoded
   */
  public Transfer exchange(
      Provider provider, HttpMethod method, String path, Sending sending, Reader reader) {
    if (!provider.configured()) {
      reader.failed(notConfigured(provider));
      return Transfer.ENDED;
    }
    return clients.of(provider).exchange(method, path, sending, reader);
  }

  /** The models that clients may name and that are none of a provider. */
  public Set<String> aliases() {
    return catalogs.get().routes().keySet();
  }

  /** Lets go of the connections to providers that are not in the catalog or have changed in it. */
  public void retain(Catalog catalog) {
    clients.retain(catalog);
  }

  /**
   * What to answer while a provider has no key. Trying again does not mend it, so clients are told
   * not to.
   */
  static Failure notConfigured(Provider provider) {
    return UpstreamFault.NOT_CONFIGURED
        .failure("The provider " + provider.name() + " is not configured: " + provider.missing())
        .withHeader("X-Should-Retry", "false");
  }

  /** Tells of the target that can be asked again soonest. */
  static Failure whyNobodyWasAsked(
      List<Target> order, TargetStates states, long tokens, double reserve) {
    Target soonest = order.get(0);
    Duration shortest = null;
    for (Target target : order) {
      if (target.provider().configured()) {
        Duration wait = wait(states.of(target), tokens, reserve);
        if (shortest == null || wait.compareTo(shortest) < 0) {
          soonest = target;
          shortest = wait;
        }
      }
    }
    return shortest == null
        ? notConfigured(soonest.provider())
        : whyNotAsked(soonest, states.of(soonest), shortest);
  }

  private static Duration wait(TargetState state, long tokens, double reserve) {
    Duration down = state.circuit().untilProbe();
    Duration limited = state.quota().waitFor(1, tokens, reserve);
    return down.compareTo(limited) > 0 ? down : limited;
  }

  private static Failure whyNotAsked(Target target, TargetState state, Duration wait) {
    String name = target.model() + " at " + target.provider().name();
    return state.circuit().isOpen()
        ? UpstreamFault.DOWN
            .failure(name + " has just failed too often; it is tried again from time to time.")
            .withRetryAfter(wait)
        : UpstreamFault.LIMITED
            .failure("The provider's limits of " + name + " are used up for now.")
            .withRetryAfter(wait);
  }

  /** Closes every connection, also those in use. */
  public Future<Void> close() {
    return clients.close();
  }
}
