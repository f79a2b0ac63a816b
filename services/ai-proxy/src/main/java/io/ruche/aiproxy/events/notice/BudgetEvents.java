package io.ruche.aiproxy.events.notice;

import io.ruche.aiproxy.limits.BudgetListener;
import io.ruche.auth.limits.Dollars;
import io.ruche.bus.Bus;
import io.ruche.bus.Event;
import io.ruche.bus.envelope.Payload;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a tenant, as {@code budget-warning} and {@code budget-exceeded}, of its budgets. */
public final class BudgetEvents implements BudgetListener {

  /** The event of four fifths. */
  public static final String WARNING = "budget-warning";

  /** The event of the end. */
  public static final String EXCEEDED = "budget-exceeded";

  private static final Logger log = LoggerFactory.getLogger(BudgetEvents.class);

  private final Bus bus;

  public BudgetEvents(Bus bus) {
    this.bus = bus;
  }

  @Override
  public void tell(Notice notice) {
    Event event = event(notice);
    bus.publish(notice.owner().tenant(), event)
        .onFailure(failure -> log.warn("{} was not told: {}", event.type(), failure.getMessage()));
  }

  static Event event(Notice notice) {
    String type =
        switch (notice.kind()) {
          case WARNING -> WARNING;
          case EXCEEDED -> EXCEEDED;
        };
    JsonObject payload =
        new JsonObject()
            .put("key", notice.owner().key())
            .put("budget", notice.measure().word())
            .put("term", notice.term())
            .put("ends", notice.ends().toString())
            .put("limitUsd", Dollars.shown(notice.limit()))
            .put("spentUsd", Dollars.shown(notice.spent()));
    return Event.of(type, Payload.json(payload.toBuffer()));
  }
}
