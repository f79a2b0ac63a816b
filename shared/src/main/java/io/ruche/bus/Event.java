package io.ruche.bus;

import io.ruche.bus.envelope.Identifiers;
import io.ruche.bus.envelope.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, to be published on {@code ruche/{tenant}/evt/{service}/{type}}.
 *
 * @param type the last topic level, such as {@code chat-completed}: {@code [a-z0-9_-]+}
 * @param client the key on whose behalf it happened, if any
 * @param correlationId what the client gave to recognise it, if anything
 * @param causedBy the id of the command it came from, if any
 * @param id of its own, where it may have to be published again; null for a fresh one
 */
public record Event(
    String type,
    Payload payload,
    @Nullable String client,
    @Nullable String correlationId,
    @Nullable String causedBy,
    @Nullable String id) {

  public Event {
    Identifiers.requireLevel("event type", type);
    if (id != null && !Identifiers.isId(id)) {
      throw new IllegalArgumentException(
          "an event's id must be 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'");
    }
  }

  public static Event of(String type, Payload payload) {
    return new Event(type, payload, null, null, null, null);
  }
}
