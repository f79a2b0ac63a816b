package io.ruche.aiproxy;

import static org.awaitility.Awaitility.await;

import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.ledger.LedgerConfig;
import io.ruche.aiproxy.routing.circuit.CircuitListener;
import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyStore;
import io.ruche.config.ByteSize;
import io.ruche.config.Config;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.store.RedisLink;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One provider, alpha, behind a proxy with a Redis of its own, whose routes keep answers. The
 * client's key is whichever is set.
 */
public final class CachedScene implements AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final LedgerConfig QUICK_LEDGER =
      new LedgerConfig(
          null, new ByteSize(64L << 20), Duration.ofMillis(100), Duration.ofDays(400), "local");

  private final Vertx vertx = Vertx.vertx();
  private final RedisProcess redis;
  private final RedisLink hot;
  private final ProviderSimulator provider;
  private final @Nullable Postgres postgres;
  private final RunningProxy proxy;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile ApiKey key = TestKeys.named("koff", "app");

  private CachedScene(Path folder, String models, String more, @Nullable String postgresUrl)
      throws IOException, TimeoutException {
    redis = RedisProcess.start("--appendonly", "no");
    provider = ProviderSimulator.start(vertx, 0).await(10, TimeUnit.SECONDS);
    String yaml =
        """
        port: 0
        management-port: 0
        providers:
          alpha: {base-url: %s, api-key: %s, retries: {most: 0}}
        default-provider: alpha
        models:
        """
            .formatted(provider.baseUrl(), ProviderSimulator.KEY);
    Files.writeString(folder.resolve("ai-proxy.yaml"), yaml + models.indent(2) + more);
    Config config = Config.load(folder, Map.of(), Map.of("ai-proxy", AiProxyConfig.class));
    AiProxyConfig settings = config.get(AiProxyConfig.class);
    hot = new RedisLink(vertx, vertx.getOrCreateContext(), "hot", redis.url());
    hot.start().await(10, TimeUnit.SECONDS);
    awaitRedis();
    postgres = postgresUrl == null ? null : postgres(vertx, postgresUrl);
    proxy =
        RunningProxy.start(
            vertx,
            Settings.fixed(vertx, settings),
            ctx -> TestKeys.admit(ctx, key),
            CircuitListener.NONE,
            registry ->
                postgres == null
                    ? TestLedger.open(vertx, settings.ledger(), registry)
                    : new Ledger(vertx, postgres, QUICK_LEDGER, folder, registry),
            hot);
  }

  private static Postgres postgres(Vertx vertx, String url) throws TimeoutException {
    Postgres opened =
        new Postgres(
            vertx,
            PostgresUrl.parse(url),
            PostgresConfig.defaults(),
            List.of(KeyStore.SCHEMA, Ledger.SCHEMA));
    opened.start().await(10, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> opened.state().state() == Dependency.State.UP);
    return opened;
  }

  /** Opens one with the section {@code models}. */
  public static CachedScene open(Path folder, String models) throws IOException, TimeoutException {
    return new CachedScene(folder, models, "", null);
  }

  /** Opens one with more settings. */
  public static CachedScene open(Path folder, String models, String more)
      throws IOException, TimeoutException {
    return new CachedScene(folder, models, more, null);
  }

  /** Opens one with more settings, whose ledger has its rows in this database. */
  public static CachedScene open(Path folder, String models, String more, String postgresUrl)
      throws IOException, TimeoutException {
    return new CachedScene(folder, models, more, postgresUrl);
  }

  /** From now on the client has this key. */
  public void use(ApiKey other) {
    key = other;
  }

  /** The provider. */
  public ProviderSimulator provider() {
    return provider;
  }

  /** The proxy. */
  public RunningProxy proxy() {
    return proxy;
  }

  /** The Redis. */
  public RedisProcess redis() {
    return redis;
  }

  /** Waits until the proxy has its Redis. */
  public void awaitRedis() {
    await().atMost(BOUND).until(() -> hot.state().state() == Dependency.State.UP);
  }

  /** Says something to the Redis. */
  public @Nullable Response redis(Command command, String... args) throws TimeoutException {
    Request request = Request.cmd(command);
    for (String arg : args) {
      request.arg(arg);
    }
    return hot.send(request).await(2, TimeUnit.SECONDS);
  }

  /** A request. */
  public HttpRequest.Builder chat(String body) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + proxy.port() + "/v1/chat/completions"))
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  /** Asks and takes the whole answer. */
  public HttpResponse<String> ask(String body) throws IOException, InterruptedException {
    return client.send(chat(body).build(), BodyHandlers.ofString());
  }

  /** Asks, with a header, and takes the whole answer. */
  public HttpResponse<String> ask(String body, String header, String value)
      throws IOException, InterruptedException {
    return client.send(chat(body).header(header, value).build(), BodyHandlers.ofString());
  }

  /** Asks and takes the answer as it comes. */
  public HttpResponse<InputStream> open(String body) throws IOException, InterruptedException {
    return client.send(chat(body).build(), BodyHandlers.ofInputStream());
  }

  /** A client for requests of one's own. */
  public HttpClient client() {
    return client;
  }

  /** What an answer says of the cache; empty when it says nothing. */
  public static String cache(HttpResponse<?> answer) {
    return answer.headers().firstValue("x-ruche-cache").orElse("");
  }

  /** A body for a model. */
  public static String body(String model, String prompt, String more) {
    return "{\"model\":\"%s\",%s\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
        .formatted(model, more, prompt);
  }

  @Override
  public void close() throws TimeoutException {
    client.shutdownNow();
    proxy.close();
    if (postgres != null) {
      postgres.stop().await(10, TimeUnit.SECONDS);
    }
    hot.stop().await(10, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
    redis.close();
  }
}
