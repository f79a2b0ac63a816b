package io.ruche.aiproxy.events.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.aiproxy.limits.BudgetListener.Kind;
import io.ruche.aiproxy.limits.BudgetListener.Notice;
import io.ruche.aiproxy.limits.Measure;
import io.ruche.aiproxy.limits.Owner;
import io.ruche.bus.Event;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BudgetEventsTest {

  @Test
  void saysWhoseBudgetIsSpentAndUntilWhen() {
    Event event =
        BudgetEvents.event(
            new Notice(
                Kind.EXCEEDED,
                new Owner("koff", "n8n"),
                Measure.USD_PER_MONTH,
                "2026-11",
                Instant.parse("2026-12-01T00:00:00Z"),
                25_000_000_000L,
                24_999_000_000L));

    assertEquals("budget-exceeded", event.type());
    JsonObject payload = event.payload().data().toJsonObject();
    assertEquals("n8n", payload.getString("key"));
    assertEquals("usd-per-month", payload.getString("budget"));
    assertEquals("2026-12-01T00:00:00Z", payload.getString("ends"));
  }
}
