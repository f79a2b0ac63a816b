package io.ruche.aiproxy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.routing.circuit.CircuitListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows in the log and in the metrics which circuits are open. */
final class CircuitBoard implements CircuitListener {

  private static final Logger log = LoggerFactory.getLogger(CircuitBoard.class);

  private record Place(String provider, String model) {}

  private final MeterRegistry registry;
  private final CircuitListener next;
  private final Map<Place, AtomicInteger> open = new ConcurrentHashMap<>();

  /**
   * A board of circuits that are all closed.
   *
   * @param next hears of every change as well
   */
  CircuitBoard(MeterRegistry registry, CircuitListener next) {
    this.registry = registry;
    this.next = next;
  }

  @Override
  public void changed(Change change) {
    if (change.down()) {
      log.warn("{} at {} is down: {}", change.model(), change.provider(), change.cause());
    } else {
      log.info("{} at {} is back", change.model(), change.provider());
    }
    open.computeIfAbsent(new Place(change.provider(), change.model()), this::gauge)
        .set(change.down() ? 1 : 0);
    next.changed(change);
  }

  private AtomicInteger gauge(Place place) {
    AtomicInteger value = new AtomicInteger();
    Gauge.builder("ruche_ai_proxy_open_circuits", value, AtomicInteger::get)
        .description("1 while a model at a provider is not asked because it has failed too often")
        .tag("service", "ai-proxy")
        .tag("provider", place.provider())
        .tag("model", place.model())
        .register(registry);
    return value;
  }
}
