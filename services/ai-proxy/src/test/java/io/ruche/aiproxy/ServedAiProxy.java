package io.ruche.aiproxy;

import static org.awaitility.Awaitility.await;

import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.ruche.auth.ApiKey;
import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyStore;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.RedisRevocations;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.store.RedisLink;
import io.ruche.testing.JavaProcess;
import io.ruche.testing.Ports;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * All of ai-proxy in a process of its own, as its image runs it, before a simulated provider: with
 * PostgreSQL and Redis, and with a broker that is away.
 */
public final class ServedAiProxy implements AutoCloseable {

  private static final Duration BOUND = Duration.ofMinutes(2);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final PostgresProcess server = PostgresProcess.start();
  private final RedisProcess redis = RedisProcess.start();
  private final ProviderSimulator provider;
  private final Postgres postgres;
  private final RedisLink link;
  private final KeyStore keys;
  private final Process process;
  private final int port = Ports.free();

  /**
   * Starts one, and waits until it takes requests.
   *
   * @param folder of its settings and its data
   * @param yaml more settings
   * @param options of its JVM
   */
  public ServedAiProxy(Path folder, String yaml, String... options) throws Exception {
    provider = ProviderSimulator.start(vertx, 0).await(10, TimeUnit.SECONDS);
    postgres =
        new Postgres(
            vertx,
            PostgresUrl.parse(server.url("postgres")),
            PostgresConfig.defaults(),
            List.of(KeyStore.SCHEMA));
    postgres.start().await(10, TimeUnit.SECONDS);
    link = new RedisLink(vertx, vertx.getOrCreateContext(), "probe", redis.url());
    link.start().await(10, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> postgres.state().state() == Dependency.State.UP);
    keys = new KeyStore(postgres, new RedisRevocations(link), BrokerAccounts.NONE);
    Files.writeString(
        folder.resolve("ai-proxy.yaml"),
        "port: %d\nmanagement-port: %d\n".formatted(port, Ports.free()) + yaml);
    process =
        JavaProcess.start(
            AiProxy.class,
            folder.resolve("proxy.log"),
            List.of(options),
            List.of(),
            variables(
                folder,
                redis.url(),
                server.url("postgres"),
                provider.baseUrl(),
                ProviderSimulator.KEY));
    String first = key("first");
    await()
        .atMost(BOUND)
        .ignoreExceptions()
        .until(() -> send(request(first, "/v1/models").GET()).statusCode() == 200);
  }

  /**
   * What ai-proxy is told of its stores and its provider; no broker answers.
   *
   * @param folder of its settings and its data
   * @param redis URL of both
   * @param postgres URL of its database
   * @param provider base URL of its provider
   * @param providerKey which that provider wants
   */
  public static Map<String, String> variables(
      Path folder, String redis, String postgres, URI provider, String providerKey) {
    return Map.of(
        "RUCHE_CONFIG",
        folder.toString(),
        "RUCHE_DATA",
        folder.resolve("data").toString(),
        "RUCHE_MQTT_URL",
        "mqtt://127.0.0.1:1",
        "RUCHE_REDIS_URL",
        redis,
        "RUCHE_HOT_REDIS_URL",
        redis,
        "RUCHE_POSTGRES_URL",
        postgres,
        "GROQ_BASE_URL",
        provider.toString(),
        "GROQ_API_KEY",
        providerKey);
  }

  /** The text of a new key of the tenant koff, which works at once. */
  public String key(String name) throws Exception {
    KeyRequest request =
        new KeyRequest("koff", name, ApiKey.Kind.CLIENT, Set.of(Scope.AI), Limits.NONE, null);
    Creation made = keys.create(request).await(10, TimeUnit.SECONDS);
    return ((Creation.Created) made).plain().value();
  }

  /** Its keys. */
  public KeyStore keys() {
    return keys;
  }

  /** The provider. */
  public ProviderSimulator provider() {
    return provider;
  }

  /** The Redis of its bus. */
  public RedisLink redis() {
    return link;
  }

  /** Whether its process has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** A request with a key. */
  public HttpRequest.Builder request(String key, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(BOUND)
        .header("Authorization", "Bearer " + key);
  }

  /** Posts a body, with headers by name and value. */
  public HttpResponse<String> post(String key, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request = request(key, path).POST(BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /** Asks and takes the whole answer. */
  public HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** The client. */
  public HttpClient client() {
    return client;
  }

  @Override
  public void close() throws IOException, TimeoutException {
    process.destroyForcibly().onExit().join();
    client.shutdownNow();
    link.stop().await(10, TimeUnit.SECONDS);
    postgres.stop().await(10, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
    redis.close();
    server.close();
  }
}
