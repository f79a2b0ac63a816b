package io.ruche.bus;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import java.time.Instant;

/**
 * A command in the hands of its handler.
 *
 * @param attempt 1 for the first delivery
 * @param accepted when it was receipted, or replayed
 */
public record Command(Envelope envelope, int attempt, Instant accepted) {

  /** A command that was accepted just now. */
  public Command(Envelope envelope, int attempt) {
    this(envelope, attempt, Instant.now());
  }

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
