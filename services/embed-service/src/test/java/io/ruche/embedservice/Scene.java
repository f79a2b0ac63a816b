package io.ruche.embedservice;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.ruche.auth.ApiKey;
import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyStore;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.backbone.Backbone;
import io.ruche.backbone.BackboneConfig;
import io.ruche.backbone.Stores;
import io.ruche.config.Config;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.embedservice.testing.FileIndex;
import io.ruche.embedservice.testing.ObjectStore;
import io.ruche.embedservice.testing.SimpleParts;
import io.ruche.embedservice.testing.WordEmbedder;
import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.lifecycle.LifecycleSequence;
import io.ruche.testing.Ports;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.TestFolder;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** embed-service in this process with real PostgreSQL and Redis, and simple parts. */
public final class Scene {

  private static final Duration BOUND = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private final PostgresProcess postgres;
  private final RedisProcess redis;
  private final ObjectStore objects;
  private final Path folder;
  private final String database;
  private final int port;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, FileIndex> indexes = new ConcurrentHashMap<>();
  private final Map<String, WordEmbedder> embedders = new ConcurrentHashMap<>();
  private Lifecycle process;
  private Backbone backbone;
  private String key = "";

  /**
   * @param settings more of {@code embed-service.yaml}
   */
  public Scene(String settings) throws Exception {
    postgres = PostgresProcess.start();
    redis = RedisProcess.start();
    objects = new ObjectStore(vertx);
    folder = TestFolder.make("embed");
    database = postgres.newDatabase();
    port = Ports.free();
    Files.writeString(
        folder.resolve("embed-service.yaml"),
        "port: " + port + "\nmanagement-port: " + Ports.free() + "\n" + settings);
    start("small");
    key = newKey("koff", "tester");
  }

  /**
   * Starts the service.
   *
   * @param models the current model and earlier ones
   */
  public void start(String... models) throws Exception {
    Map<String, String> env =
        Map.of(
            "RUCHE_MQTT_URL", "mqtt://127.0.0.1:1",
            "RUCHE_REDIS_URL", redis.url(),
            "RUCHE_HOT_REDIS_URL", redis.url(),
            "RUCHE_POSTGRES_URL", postgres.url(database),
            "RUCHE_S3_URL", objects.url(),
            "RUCHE_S3_ACCESS_KEY", "ruche",
            "RUCHE_S3_SECRET_KEY", "secret");
    EmbedService service = new EmbedService((host, config) -> parts(models));
    Config config =
        Config.load(
            folder,
            env,
            Map.of("backbone", BackboneConfig.class, service.name(), service.config()),
            Set.of());
    BackboneConfig common = config.get(BackboneConfig.class);
    backbone =
        new Backbone(
            vertx,
            common,
            Stores.of(common),
            new Backbone.Host(service.name(), folder.resolve("data"), List.of(service)),
            BrokerAccounts.NONE);
    process =
        new LifecycleSequence(BOUND, BOUND)
            .then("backbone", backbone)
            .then(service.name(), service.create(backbone, config));
    process.start().await(60, TimeUnit.SECONDS);
    await()
        .atMost(BOUND)
        .until(
            () ->
                backbone.postgres().state().state() == Dependency.State.UP
                    && backbone.keyRing().state().state() == Dependency.State.UP);
  }

  /** Stops the service; its stores go on. */
  public void stop() throws Exception {
    process.stop().await(60, TimeUnit.SECONDS);
  }

  private Parts parts(String... models) {
    List<WordEmbedder> all =
        java.util.Arrays.stream(models)
            .map(name -> embedders.computeIfAbsent(name, of -> new WordEmbedder(vertx, of, 0)))
            .toList();
    return new Parts(
        ModelsInUse.of(
            SimpleParts.model(all.getFirst()),
            all.stream().skip(1).map(SimpleParts::model).toList()),
        SimpleParts.MAKERS,
        model ->
            indexes.computeIfAbsent(
                model.identity(),
                of -> new FileIndex(folder.resolve("index").resolve(model.name()))),
        Optional::empty,
        routes -> {},
        Map.of());
  }

  /** A new key with the scope documents. */
  public String newKey(String tenant, String name) throws Exception {
    KeyStore.Creation made =
        backbone
            .keyStore()
            .create(
                new KeyRequest(
                    tenant, name, ApiKey.Kind.CLIENT, Set.of(Scope.DOCUMENTS), Limits.NONE, null))
            .await(10, TimeUnit.SECONDS);
    return switch (made) {
      case KeyStore.Creation.Created created -> created.plain().value();
      case KeyStore.Creation.NameTaken taken -> throw new AssertionError(taken.toString());
    };
  }

  /** The index of a model. */
  public FileIndex index(String model) {
    return indexes.get(model + "@test");
  }

  /** The embedder of a model. */
  public WordEmbedder embedder(String model) {
    return embedders.get(model);
  }

  public ObjectStore objects() {
    return objects;
  }

  /** What a meter says now: a gauge's value, a counter's or a timer's count; 0 without one. */
  public double metric(String name, String... tags) {
    Meter meter = backbone.registry().find(name).tags(tags).meter();
    return switch (meter) {
      case null -> 0;
      case Timer timer -> timer.count();
      case Counter counter -> counter.count();
      default -> meter.measure().iterator().next().getValue();
    };
  }

  /** The first column of the first row. */
  public String read(String sql) throws Exception {
    return postgres.read(database, sql);
  }

  /** Runs a statement. */
  public void run(String sql) throws Exception {
    postgres.run(database, sql);
  }

  /** A request of the tenant koff. */
  public HttpRequest.Builder request(String path) {
    return request(path, key);
  }

  /** A request with a key. */
  public HttpRequest.Builder request(String path, String bearer) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(90))
        .header("Authorization", "Bearer " + bearer);
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Puts a file, and waits for its job. */
  public JsonObject put(String path, String contentType, String body) throws Exception {
    HttpResponse<String> answer =
        send(
            request("/v1/collections/" + path + "?wait=60")
                .header("Content-Type", contentType)
                .PUT(BodyPublishers.ofString(body)));
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return new JsonObject(answer.body());
  }

  public JsonObject get(String path) throws Exception {
    return new JsonObject(send(request(path)).body());
  }

  public HttpResponse<String> post(String path, JsonObject body) throws Exception {
    BodyPublisher bytes = BodyPublishers.ofString(body.encode());
    return send(request(path).header("Content-Type", "application/json").POST(bytes));
  }

  public HttpResponse<String> delete(String path) throws Exception {
    return send(request(path).DELETE());
  }

  /** Hits of a search. */
  public List<JsonObject> search(String collection, JsonObject query) throws Exception {
    HttpResponse<String> answer = post("/v1/collections/" + collection + "/search", query);
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return new JsonObject(answer.body())
        .getJsonArray("hits").stream().map(JsonObject.class::cast).toList();
  }

  /** Stops everything. */
  public void close() throws Exception {
    client.shutdownNow();
    process.stop().await(60, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
    redis.close();
    postgres.close();
    TestFolder.delete(folder);
  }
}
