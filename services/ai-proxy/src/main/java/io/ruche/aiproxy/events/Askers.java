package io.ruche.aiproxy.events;

import io.ruche.auth.ApiKey;

/** Tells by which key a command was asked for. */
@FunctionalInterface
public interface Askers {

  /**
   * The key of a tenant's client. One whose name is no key's was let in by a broker with accounts
   * of its own, and is held to its tenant's limits alone.
   */
  ApiKey of(String tenant, String client);
}
