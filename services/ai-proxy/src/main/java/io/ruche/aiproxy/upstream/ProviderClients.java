package io.ruche.aiproxy.upstream;

import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Provider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The clients of one event loop, one for each provider that was asked. Thread-safe. */
final class ProviderClients {

  /** A client, and the settings it was made from. */
  private record Made(Provider provider, ProviderClient client) {}

  private final Vertx vertx;
  private final Map<String, Made> clients = new ConcurrentHashMap<>();

  ProviderClients(Vertx vertx) {
    this.vertx = vertx;
  }

  /** The client of a provider as it is configured now or, for a request that began before, was. */
  @SuppressWarnings("ReferenceEquality") // Nearly always the same object, which is quickly told.
  ProviderClient of(Provider provider) {
    Made made = clients.get(provider.name());
    if (made != null && made.provider == provider) {
      return made.client;
    }
    return clients.compute(provider.name(), (name, old) -> keepOrRenew(old, provider)).client;
  }

  private Made keepOrRenew(@org.jspecify.annotations.Nullable Made old, Provider provider) {
    if (old != null && old.provider.equals(provider)) {
      return new Made(provider, old.client);
    }
    if (old != null) {
      old.client.retire();
    }
    return new Made(provider, new ProviderClient(vertx, provider));
  }

  /** Lets go of the clients of providers that are not there any more, or not as they were. */
  void retain(Catalog catalog) {
    for (Made made : List.copyOf(clients.values())) {
      boolean stays = made.provider.equals(catalog.provider(made.provider.name()));
      if (!stays && clients.remove(made.provider.name(), made)) {
        made.client.retire();
      }
    }
  }

  /** Closes every connection, also those in use. */
  Future<Void> close() {
    List<Future<Void>> closing = new ArrayList<>();
    clients.values().forEach(made -> closing.add(made.client.close()));
    clients.clear();
    return Future.join(closing).mapEmpty();
  }
}
