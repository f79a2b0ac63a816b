package io.ruche.aiproxy.http;

import static org.awaitility.Awaitility.await;

import io.ruche.aiproxy.AiProxyConfig;
import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.RunningProxy;
import io.ruche.aiproxy.Settings;
import io.ruche.aiproxy.TestKeys;
import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.objects.ProviderObjects;
import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.ruche.auth.ApiKey;
import io.ruche.config.Config;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.ruche.store.RedisLink;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A proxy with a database, in front of a provider that keeps files and batches. Who asks is said by
 * the bearer: {@code tenant.key}.
 */
public final class ObjectScene implements AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, ApiKey> keys = new ConcurrentHashMap<>();
  private final PostgresProcess database;
  private final String name;
  private final Postgres postgres;
  private final RedisProcess redis = RedisProcess.start();
  private final RedisLink hot;
  private final ProviderSimulator provider;
  private final RunningProxy proxy;

  /**
   * Starts one.
   *
   * @param yaml more settings, in which ${provider} stands for the provider
   */
  public ObjectScene(Path folder, String yaml) throws Exception {
    database = PostgresProcess.start();
    name = database.newDatabase();
    provider = ProviderSimulator.start(vertx, 0).await(10, TimeUnit.SECONDS);
    Files.writeString(
        folder.resolve("ai-proxy.yaml"),
        """
        port: 0
        management-port: 0
        groq: {base-url: %s, api-key: %s}
        ledger: {journal: %s}
        max-file: 4MiB
        """
                .formatted(provider.baseUrl(), ProviderSimulator.KEY, folder.resolve("journal"))
            + yaml.replace(
                "${provider}", "{base-url: " + provider.baseUrl() + ", api-key: gsk_simulated}"));
    Config config = Config.load(folder, Map.of(), Map.of("ai-proxy", AiProxyConfig.class));
    AiProxyConfig settings = config.get(AiProxyConfig.class);
    postgres =
        new Postgres(
            vertx,
            PostgresUrl.parse(database.url(name)),
            PostgresConfig.defaults(),
            List.of(Ledger.SCHEMA));
    postgres.start().await(10, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> postgres.state().state() == Dependency.State.UP);
    hot = new RedisLink(vertx, vertx.getOrCreateContext(), "hot", redis.url());
    hot.start().await(10, TimeUnit.SECONDS);
    await().atMost(BOUND).until(() -> hot.state().state() == Dependency.State.UP);
    proxy =
        RunningProxy.start(
            vertx,
            Settings.fixed(vertx, settings),
            ctx -> TestKeys.admit(ctx, key(ctx.request().getHeader("Authorization"))),
            registry -> new Ledger(vertx, postgres, settings.ledger(), folder, registry),
            hot,
            new ProviderObjects(postgres));
  }

  private ApiKey key(String authorization) {
    String who = authorization.substring("Bearer ".length());
    int dot = who.indexOf('.');
    ApiKey known = keys.get(who);
    return known != null ? known : TestKeys.named(who.substring(0, dot), who.substring(dot + 1));
  }

  /** From now on this is the key of its bearer. */
  public void know(ApiKey key) {
    keys.put(key.mqttUser(), key);
  }

  /** Where the proxy is. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + proxy.port() + path);
  }

  /** The proxy's port. */
  public int port() {
    return proxy.port();
  }

  /** The provider. */
  public ProviderSimulator provider() {
    return provider;
  }

  /** What the database knows. */
  public String read(String sql) throws Exception {
    return database.read(name, sql);
  }

  /** Changes the database. */
  public void run(String sql) throws Exception {
    database.run(name, sql);
  }

  /** Ends the database, and waits until the proxy has seen it. */
  public void withoutDatabase() throws Exception {
    database.kill();
    await().atMost(BOUND).until(() -> postgres.state().state() == Dependency.State.DOWN);
  }

  /** Asks without a body. */
  public HttpResponse<String> ask(String who, String method, String path) throws Exception {
    return send(request(who, path).method(method, BodyPublishers.noBody()));
  }

  /** Asks with JSON. */
  public HttpResponse<String> post(String who, String path, String json) throws Exception {
    return send(
        request(who, path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** Uploads a form. */
  public HttpResponse<String> upload(String who, byte[] form) throws Exception {
    return send(Form.post(uri("/v1/files"), form).setHeader("Authorization", "Bearer " + who));
  }

  /** Uploads a form under a Content-Type of its own. */
  public HttpResponse<String> upload(String who, byte[] form, String contentType) throws Exception {
    return send(
        Form.post(uri("/v1/files"), form)
            .setHeader("Authorization", "Bearer " + who)
            .setHeader("Content-Type", contentType));
  }

  /** Uploads lines for a batch; its id. */
  public String file(String who, String lines) throws Exception {
    byte[] form =
        new Form()
            .field("purpose", "batch")
            .file("a.jsonl", lines.getBytes(StandardCharsets.UTF_8))
            .end();
    HttpResponse<String> answer = upload(who, form);
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return new JsonObject(answer.body()).getString("id");
  }

  /** Makes a batch of a file. */
  public HttpResponse<String> batch(String who, String file) throws Exception {
    return post(
        who,
        "/v1/batches",
        new JsonObject()
            .put("input_file_id", file)
            .put("endpoint", "/v1/chat/completions")
            .put("completion_window", "24h")
            .encode());
  }

  private HttpRequest.Builder request(String who, String path) {
    return HttpRequest.newBuilder(uri(path))
        .timeout(BOUND)
        .header("Authorization", "Bearer " + who);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() throws IOException, TimeoutException {
    client.shutdownNow();
    proxy.close();
    hot.stop().await(10, TimeUnit.SECONDS);
    postgres.stop().await(10, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
    redis.close();
    database.close();
  }
}
