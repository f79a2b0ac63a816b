package io.ruche.aiproxy;

import io.ruche.aiproxy.guard.GuardConfig;
import io.ruche.aiproxy.ledger.LedgerConfig;
import io.ruche.aiproxy.limits.LimitsConfig;
import io.ruche.aiproxy.queue.QueueConfig;
import io.ruche.aiproxy.routing.Pool;
import io.ruche.aiproxy.routing.Timeouts;
import io.ruche.aiproxy.routing.circuit.CircuitRules;
import io.ruche.aiproxy.routing.retry.AttemptRules;
import io.ruche.aiproxy.routing.retry.Retries;
import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.ruche.config.ByteSize;
import io.ruche.config.Secret;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A simulated provider, a proxy in front of it and a client, over sockets of this machine. */
public final class Scene implements AutoCloseable {

  /** A body that any provider takes. */
  public static final String HELLO =
      "{\"model\":\"llama-3.3-70b-versatile\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

  /** Bounds that no test waits for, unless it is about them. */
  public static final Timeouts PATIENT =
      new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60));

  /** Bounds that a test waits for. */
  public static final Timeouts BRISK =
      new Timeouts(Duration.ofMillis(500), Duration.ofMillis(300), Duration.ofMillis(300));

  private static final Retries NEVER = new Retries(0, Duration.ZERO, Duration.ZERO);
  private static final AttemptRules ATTEMPTS =
      new AttemptRules(6, Duration.ofMinutes(3), Duration.ofSeconds(2));
  private static final CircuitRules CIRCUITS =
      new CircuitRules(
          5, Duration.ofSeconds(10), 20, 0.5, Duration.ofSeconds(1), Duration.ofMinutes(1));

  private static final Pool WIDE = new Pool(512, 1_024, Duration.ofSeconds(30));
  private static final int MAX_BYTES = 1024 * 1024;

  private final Vertx vertx;
  private final ProviderSimulator provider;
  private final RunningProxy proxy;
  private final HttpClient client;

  private Scene(Vertx vertx, ProviderSimulator provider, RunningProxy proxy) {
    this.vertx = vertx;
    this.provider = provider;
    this.proxy = proxy;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  /** A scene in which nothing is in a hurry. */
  public static Scene open() throws TimeoutException {
    return open(PATIENT, WIDE, ProviderSimulator.KEY);
  }

  /** A scene with bounds of its own. */
  public static Scene open(Timeouts timeouts) throws TimeoutException {
    return open(timeouts, WIDE, ProviderSimulator.KEY);
  }

  /** A scene with few connections to the provider. */
  public static Scene open(Pool pool) throws TimeoutException {
    return open(PATIENT, pool, ProviderSimulator.KEY);
  }

  /** A scene in which no key for the provider is set. */
  public static Scene withoutKey() throws TimeoutException {
    return open(PATIENT, WIDE, null);
  }

  /** A scene in which a client needs one of the keys that the gate knows. */
  public static Scene open(KeyGate gate) throws TimeoutException {
    return open(PATIENT, WIDE, ProviderSimulator.KEY, gate);
  }

  private static Scene open(Timeouts timeouts, Pool pool, @Nullable String key)
      throws TimeoutException {
    return open(timeouts, pool, key, ctx -> ctx.next());
  }

  private static Scene open(
      Timeouts timeouts, Pool pool, @Nullable String key, Handler<RoutingContext> gate)
      throws TimeoutException {
    Vertx vertx = Vertx.vertx();
    ProviderSimulator provider = ProviderSimulator.start(vertx, 0).await(10, TimeUnit.SECONDS);
    AiProxyConfig config =
        new AiProxyConfig(
            0,
            0,
            null,
            "llama-3.3-70b-versatile",
            "whisper-large-v3-turbo",
            new ByteSize(MAX_BYTES),
            new ByteSize(100 * MAX_BYTES),
            new ByteSize(200 * MAX_BYTES),
            null,
            new ByteSize(MAX_BYTES),
            Duration.ofMinutes(2),
            new GroqSettings(
                provider.baseUrl(),
                key == null ? null : new Secret(key),
                timeouts,
                pool,
                NEVER,
                Map.of()),
            new OllamaSettings(null, timeouts, pool, NEVER),
            Map.of(),
            Map.of(),
            ATTEMPTS,
            CIRCUITS,
            List.of(),
            List.of(),
            Map.of(),
            1_024,
            QueueConfig.DEFAULT,
            new LedgerConfig(
                null,
                new ByteSize(1L << 30),
                Duration.ofMillis(100),
                Duration.ofDays(400),
                "local"),
            LimitsConfig.NONE,
            GuardConfig.NONE);
    Settings settings = Settings.fixed(vertx, config);
    return new Scene(vertx, provider, RunningProxy.start(vertx, settings, gate));
  }

  /** The provider. */
  public ProviderSimulator provider() {
    return provider;
  }

  /** The proxy. */
  public RunningProxy proxy() {
    return proxy;
  }

  /** A path of the proxy. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + proxy.port() + path);
  }

  /** A chat request with a body. */
  public HttpRequest.Builder chat(String body) {
    return chat(body.getBytes(StandardCharsets.UTF_8));
  }

  /** A chat request with a body. */
  public HttpRequest.Builder chat(byte[] body) {
    return HttpRequest.newBuilder(uri("/v1/chat/completions"))
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer rk_of_the_client")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  /** A chat body that asks the provider to behave in a certain way. */
  public static String asking(String behaviour, boolean stream) {
    return "{\"model\":\"sim:%s\",\"stream\":%b,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
        .formatted(behaviour, stream);
  }

  /** Sends a request and takes the whole answer. */
  public HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  /** Sends a request and takes the answer as it comes. */
  public HttpResponse<InputStream> open(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofInputStream());
  }

  /** A connection on which bytes are written and read as they are. */
  public RawClient raw() throws IOException {
    return new RawClient(proxy.port());
  }

  /** The bytes that the provider wrote for its latest answer. */
  public Buffer sentByProvider() {
    return provider.last().sent();
  }

  @Override
  public void close() throws TimeoutException {
    client.shutdownNow();
    proxy.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }
}
