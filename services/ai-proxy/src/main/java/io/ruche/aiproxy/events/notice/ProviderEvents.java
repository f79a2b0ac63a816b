package io.ruche.aiproxy.events.notice;

import io.ruche.aiproxy.routing.circuit.CircuitListener;
import io.ruche.bus.Bus;
import io.ruche.bus.Event;
import io.ruche.bus.envelope.Payload;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells tenants, as {@code provider-down} and {@code provider-up}, of circuits that change. */
public final class ProviderEvents implements CircuitListener {

  /** The event of a circuit that opened. */
  public static final String DOWN = "provider-down";

  /** The event of a circuit that closed again. */
  public static final String UP = "provider-up";

  private static final Logger log = LoggerFactory.getLogger(ProviderEvents.class);

  private final Bus bus;
  private final Supplier<List<String>> tenants;

  /**
   * Events on a bus.
   *
   * @param tenants gives those who hear of it now
   */
  public ProviderEvents(Bus bus, Supplier<List<String>> tenants) {
    this.bus = bus;
    this.tenants = tenants;
  }

  @Override
  public void changed(Change change) {
    Event event = event(change);
    for (String tenant : tenants.get()) {
      bus.publish(tenant, event)
          .onFailure(
              failure ->
                  log.warn(
                      "{} was not told to {}: {}", event.type(), tenant, failure.getMessage()));
    }
  }

  static Event event(Change change) {
    JsonObject payload =
        new JsonObject().put("provider", change.provider()).put("model", change.model());
    if (change.down()) {
      payload.put("cause", change.cause());
    }
    return Event.of(change.down() ? DOWN : UP, Payload.json(payload.toBuffer()));
  }
}
