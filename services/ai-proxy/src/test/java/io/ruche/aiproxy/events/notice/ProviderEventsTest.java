package io.ruche.aiproxy.events.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.aiproxy.routing.circuit.CircuitListener.Change;
import io.ruche.bus.Event;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

final class ProviderEventsTest {

  @Test
  void tellsWhoIsDownAndWhy() {
    Event event = ProviderEvents.event(new Change("groq", "m", true, "it answered 503"));

    assertEquals("provider-down", event.type());
    assertEquals(
        new JsonObject().put("provider", "groq").put("model", "m").put("cause", "it answered 503"),
        event.payload().data().toJsonObject());
  }

  @Test
  void tellsWhoIsBack() {
    Event event = ProviderEvents.event(new Change("groq", "m", false, ""));

    assertEquals("provider-up", event.type());
    assertEquals(
        new JsonObject().put("provider", "groq").put("model", "m"),
        event.payload().data().toJsonObject());
  }
}
