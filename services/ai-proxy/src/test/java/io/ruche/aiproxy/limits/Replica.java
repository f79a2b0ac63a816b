package io.ruche.aiproxy.limits;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.auth.ApiKey;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What one process has of limits, with event loops and a connection of its own. */
final class Replica implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final RedisLink hot;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<BudgetListener.Notice> notices = new CopyOnWriteArrayList<>();
  private final Allowances allowances;

  private Replica(String url, LimitsConfig config, Spending spending, InstantSource clock)
      throws TimeoutException {
    hot = new RedisLink(vertx, vertx.getOrCreateContext(), "hot", url);
    allowances =
        new Allowances(vertx, hot, config, spending, notices::add, meters, clock, System::nanoTime);
    hot.start().await(1, TimeUnit.SECONDS);
    allowances.start().await(1, TimeUnit.SECONDS);
  }

  static Replica start(String url, LimitsConfig config, Spending spending) throws TimeoutException {
    return start(url, config, spending, InstantSource.system());
  }

  static Replica start(String url, LimitsConfig config, Spending spending, InstantSource clock)
      throws TimeoutException {
    Replica replica = new Replica(url, config, spending, clock);
    await().until(() -> replica.hot.state().state() == State.UP);
    return replica;
  }

  /** One that starts while Redis is away. */
  static Replica startAlone(String url, LimitsConfig config, Spending spending)
      throws TimeoutException {
    return new Replica(url, config, spending, InstantSource.system());
  }

  /** A key of the tenant {@code koff}. */
  static ApiKey key(String name, Limits limits) {
    return new ApiKey(
        1, "koff", name, ApiKey.Kind.CLIENT, Set.of(Scope.AI), limits, Instant.EPOCH, null, null);
  }

  Allowances allowances() {
    return allowances;
  }

  List<BudgetListener.Notice> notices() {
    return notices;
  }

  RedisLink hot() {
    return hot;
  }

  double calls() {
    return meters.counter("ruche_ai_proxy_limits_redis_calls_total").count();
  }

  double alone() {
    return meters.counter("ruche_ai_proxy_limits_alone_requests_total").count();
  }

  Decision reserve(ApiKey key, long tokens, long costNanos) throws TimeoutException {
    return allowances.reserve(key, new Need(tokens, costNanos)).await(5, TimeUnit.SECONDS);
  }

  /** As many reservations at the same time; those that were granted. */
  List<Reservation> race(ApiKey key, int times, Need need) throws TimeoutException {
    List<Future<Decision>> racing = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      racing.add(allowances.reserve(key, need));
    }
    return granted(racing);
  }

  static List<Reservation> granted(List<Future<Decision>> racing) throws TimeoutException {
    Future.all(racing).await(10, TimeUnit.SECONDS);
    List<Reservation> granted = new ArrayList<>();
    for (Future<Decision> each : racing) {
      if (each.result() instanceof Decision.Granted(Reservation reservation, var r, var t)) {
        granted.add(reservation);
      }
    }
    return granted;
  }

  Response redis(Command command, String... args) throws TimeoutException {
    Request request = Request.cmd(command);
    for (String arg : args) {
      request.arg(arg);
    }
    return hot.send(request).await(2, TimeUnit.SECONDS);
  }

  /** Ends without a word, as a killed process does. */
  void kill() throws TimeoutException {
    hot.stop().await(5, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws TimeoutException {
    allowances.stop().await(5, TimeUnit.SECONDS);
    kill();
  }
}
