package io.ruche.bus.http;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.wiring.Site;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.http.RunningApi;
import io.ruche.lifecycle.Dependency;
import io.ruche.metrics.Tracing;
import io.ruche.testing.MosquittoProcess;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.RunningKeys;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The service {@code echo} with its command routes on real stores and a real broker. */
final class RunningCommands implements AutoCloseable {

  static final int MAX_BODY = 64 << 10;

  final RedisProcess redis;
  final Queue<String> handled = new ConcurrentLinkedQueue<>();
  final CountDownLatch slow = new CountDownLatch(1);
  private final Vertx vertx = Vertx.vertx();
  private final PostgresProcess postgresProcess;
  private final MosquittoProcess broker;
  private final RunningKeys keys;
  private final StreamBus bus;
  private final RunningApi api;
  private final HttpClient client = HttpClient.newHttpClient();

  RunningCommands() throws Exception {
    redis = RedisProcess.start();
    broker = MosquittoProcess.start();
    postgresProcess = PostgresProcess.start();
    keys = RunningKeys.start(vertx, postgresProcess.url("postgres"), redis.url());
    BusConfig config =
        new BusConfig(
            500_000,
            Duration.ofDays(7),
            Duration.ofHours(24),
            1_000_000,
            MAX_BODY,
            256,
            Duration.ofSeconds(5),
            0);
    bus = bus(config);
    bus.start().await(5, TimeUnit.SECONDS);
    CommandRoutes routes = new CommandRoutes(bus, config, keys.ring(), Scope.AI);
    api = new RunningApi(routes::addTo);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> bus.dependencies().values().stream().allMatch(one -> isUp(one.get())));
  }

  private static boolean isUp(Dependency dependency) {
    return dependency.state() == Dependency.State.UP;
  }

  private StreamBus bus(BusConfig config) {
    StreamBus made =
        new StreamBus(
            vertx,
            "echo",
            List.of(new Site("shared", broker.url(), URI.create(redis.url()), null, Set.of())),
            config,
            new BusMetrics(new SimpleMeterRegistry(), "echo"),
            Tracing.off());
    made.command(
        CommandSpec.named("say").completed("said").failed("say-failed"),
        command -> {
          handled.add(command.id());
          return Outcome.done(command.payload());
        });
    made.command(CommandSpec.named("fail"), command -> Outcome.dead("it never works"));
    made.command(
        CommandSpec.named("slow"),
        command -> {
          slow.await();
          return Outcome.done(Payload.json("{\"late\":true}"));
        });
    made.command(
        CommandSpec.named("draw"),
        command ->
            Outcome.done(new Payload("image/png", Buffer.buffer(new byte[] {-1, -2, -3, -4}))));
    return made;
  }

  /** A new key, which works at once. */
  String key(String tenant, String name, Scope... scopes) throws Exception {
    Creation made =
        keys.store()
            .create(
                new KeyRequest(tenant, name, ApiKey.Kind.CLIENT, Set.of(scopes), Limits.NONE, null))
            .await(5, TimeUnit.SECONDS);
    return ((Creation.Created) made).plain().value();
  }

  /**
   * Posts a command.
   *
   * @param headers name, value, name, value...
   */
  HttpResponse<String> post(String key, String command, String body, String... headers)
      throws Exception {
    return send(
        request(key, "/v1/commands/" + command, headers)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> get(String key, String path) throws Exception {
    return send(request(key, path).GET());
  }

  private HttpRequest.Builder request(String key, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
            .timeout(Duration.ofSeconds(40));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() throws IOException, TimeoutException {
    slow.countDown();
    client.close();
    api.close();
    bus.stop().await();
    keys.close();
    vertx.close().await();
    broker.close();
    redis.close();
    postgresProcess.close();
  }
}
