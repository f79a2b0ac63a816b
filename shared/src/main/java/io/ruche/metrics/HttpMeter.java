package io.ruche.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The metrics of one HTTP API: {@code ruche_http_request_duration_seconds} (a histogram; its {@code
 * _count} is the number of requests) by route template, method and status class, requests in
 * flight, open connections, and connections that were cut, by reason.
 *
 * <p>vertx-micrometer would do the same from below, but it builds labels, looks a meter up and
 * counts bytes for every request, and knows paths, not templates. Here a request costs one map
 * lookup by a string that has its hash already, an array slot, and one {@link Timer} update.
 */
public final class HttpMeter {

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60)
  };

  /** Methods told apart; a client can make up others, and each would be a series. */
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", LabelCap.OTHER);

  private static final int STATUS_CLASSES = 6;

  private final MeterRegistry registry;
  private final String api;
  private final Map<String, AtomicReferenceArray<Timer>> byRoute = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();

  /**
   * The metrics of an API.
   *
   * @param api its name, the stem of the service
   */
  public HttpMeter(Metrics metrics, String api) {
    this.registry = metrics.registry();
    this.api = api;
    Gauge.builder("ruche_http_in_flight_requests", inFlight, AtomicInteger::get)
        .description("Requests that are being answered")
        .tag("api", api)
        .register(registry);
    Gauge.builder("ruche_http_open_connections", connections, AtomicInteger::get)
        .description("Connections from clients")
        .tag("api", api)
        .register(registry);
  }

  /** A request head was read. */
  public void begin() {
    inFlight.incrementAndGet();
  }

  /**
   * A request was answered or given up.
   *
   * @param route the path template, one of a fixed set
   * @param status the HTTP status; 499 when the client left before the answer
   */
  public void end(String route, String method, int status, long nanos) {
    inFlight.decrementAndGet();
    timer(route, method, status).record(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * A client was answered though no request of its own was begun: its head could not be read, or it
   * was one too many.
   *
   * @param method as far as it is known
   * @param nanos how long it took to get there
   */
  public void refused(String route, String method, int status, long nanos) {
    timer(route, method, status).record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Counts a connection in; the number open now, this one included. */
  public int connected() {
    return connections.incrementAndGet();
  }

  /** Counts a connection out. */
  public void disconnected() {
    connections.decrementAndGet();
  }

  /** Counts a connection that the server cut, by a reason of a fixed set. */
  public void cut(String reason) {
    Counter.builder("ruche_http_connections_cut_total")
        .description("Connections that the server cut: too slow, too many")
        .tag("api", api)
        .tag("reason", reason)
        .register(registry)
        .increment();
  }

  private Timer timer(String route, String method, int status) {
    AtomicReferenceArray<Timer> slots = byRoute.get(route);
    if (slots == null) {
      slots =
          byRoute.computeIfAbsent(
              route, r -> new AtomicReferenceArray<>(METHODS.size() * STATUS_CLASSES));
    }
    int known = METHODS.indexOf(method);
    int methodIndex = known < 0 ? METHODS.size() - 1 : known;
    int statusClass = Math.clamp(status / 100, 1, STATUS_CLASSES - 1);
    int slot = methodIndex * STATUS_CLASSES + statusClass;
    Timer timer = slots.get(slot);
    if (timer == null) {
      timer = register(route, METHODS.get(methodIndex), statusClass + "xx");
      slots.set(slot, timer);
    }
    return timer;
  }

  private Timer register(String route, String method, String statusClass) {
    return Timer.builder("ruche_http_request_duration_seconds")
        .description("From the request head to the end of the answer")
        .tag("api", api)
        .tag("route", route)
        .tag("method", method)
        .tag("status", statusClass)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
