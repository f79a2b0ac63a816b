package io.ruche.http;

import io.ruche.metrics.HttpMeter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;

/** The guarded connections of one event loop, and the coarse clock they share. */
final class GuardedLoop {

  private static final long TICK_MILLIS = 500;

  private final HttpConfig config;
  private final HttpMeter meter;
  private final FailureMapper mapper;
  private final long headNanos;
  private final long bodyNanos;
  private final long idleNanos;
  private final Set<ConnectionGuard> guards = new HashSet<>();
  private long now = System.nanoTime();
  private boolean draining;

  GuardedLoop(HttpConfig config, HttpMeter meter, FailureMapper mapper) {
    this.config = config;
    this.meter = meter;
    this.mapper = mapper;
    this.headNanos = config.headTimeout().toNanos();
    this.bodyNanos = config.bodyTimeout().toNanos();
    this.idleNanos = config.idleTimeout().toNanos();
  }

  /** Starts the clock on the event loop that calls it. */
  void start(Vertx vertx) {
    vertx.setPeriodic(TICK_MILLIS, timer -> tick());
  }

  /** Puts a guard between the codec and Vert.x; refuses the connection when there are too many. */
  void guard(HttpConnection connection) {
    // Vert.x offers no public way to the channel of a server connection.
    ConnectionGuard guard = new ConnectionGuard(this);
    ((ConnectionBase) connection).channel().pipeline().addBefore("handler", "guard", guard);
    guards.add(guard);
    if (meter.connected() > config.maxConnections()) {
      cut("too_many");
      guard.refuseConnection(
          Failure.unavailable(
              "All " + config.maxConnections() + " connections of this server are in use.",
              Duration.ofSeconds(1)));
    }
  }

  void forget(ConnectionGuard guard) {
    if (guards.remove(guard)) {
      meter.disconnected();
    }
  }

  private void tick() {
    now = System.nanoTime();
    // A copy, since a guard that closes its connection removes itself.
    for (ConnectionGuard guard : new ArrayList<>(guards)) {
      guard.tick(now);
    }
  }

  /** From now on every answer closes its connection. */
  void drain() {
    draining = true;
  }

  boolean draining() {
    return draining;
  }

  void cut(String reason) {
    meter.cut(reason);
  }

  long now() {
    return now;
  }

  HttpConfig config() {
    return config;
  }

  FailureMapper mapper() {
    return mapper;
  }

  long headNanos() {
    return headNanos;
  }

  long bodyNanos() {
    return bodyNanos;
  }

  long idleNanos() {
    return idleNanos;
  }
}
