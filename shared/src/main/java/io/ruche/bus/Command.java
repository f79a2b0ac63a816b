package io.ruche.bus;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;

/**
 * A command in the hands of its handler.
 *
 * @param attempt 1 for the first delivery
 */
public record Command(Envelope envelope, int attempt) {

  public String tenant() {
    return envelope.tenant();
  }

  /** The name of the API key that asked. */
  public String client() {
    return envelope.client();
  }

  /** Unique for this tenant, client and kind of command. */
  public String id() {
    return envelope.id();
  }

  public Payload payload() {
    return envelope.payload();
  }
}
