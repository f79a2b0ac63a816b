package io.ruche.embedservice.testing;

import static org.awaitility.Awaitility.await;

import io.ruche.auth.Scope;
import io.ruche.embedservice.EmbedService;
import io.ruche.testing.JavaProcess;
import io.ruche.testing.NewKey;
import io.ruche.testing.Ports;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.TestFolder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * embed-service in a process of its own with everything that it has in use: its model, its parsing
 * processes, Lucene, PostgreSQL, Redis. Only S3 is a stand-in. It may be killed and launched again;
 * the stores go on.
 */
public final class ServiceProcess implements AutoCloseable {

  private static final Duration BOUND = Duration.ofMinutes(2);

  private final Vertx vertx = Vertx.vertx();
  private final PostgresProcess postgres;
  private final RedisProcess redis;
  private final ObjectStore objects;
  private final Path folder;
  private final Path data;
  private final String database;
  private final int port;
  private final int managementPort;
  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable Process process;

  /**
   * Starts the stores.
   *
   * @param settings more of {@code embed-service.yaml}
   */
  public ServiceProcess(String settings) throws Exception {
    this(settings, TestFolder.make("embed-data"));
  }

  /**
   * @param data the folder of its data, deleted at the end
   */
  public ServiceProcess(String settings, Path data) throws Exception {
    this.data = data;
    postgres = PostgresProcess.start();
    redis = RedisProcess.start();
    objects = new ObjectStore(vertx);
    folder = TestFolder.make("embed-process");
    database = postgres.newDatabase();
    port = Ports.free();
    managementPort = Ports.free();
    Files.writeString(
        folder.resolve("embed-service.yaml"),
        "port: " + port + "\nmanagement-port: " + managementPort + "\n" + settings);
  }

  /** Starts the service; it gets ready by itself. */
  public void begin(String... options) throws IOException {
    Map<String, String> variables = new HashMap<>();
    // As ./ruche has it.
    variables.put("MALLOC_ARENA_MAX", "2");
    variables.put("RUCHE_CONFIG", folder.toString());
    variables.put("RUCHE_DATA", data.toString());
    variables.put("RUCHE_MQTT_URL", "mqtt://127.0.0.1:1");
    variables.put("RUCHE_REDIS_URL", redis.url());
    variables.put("RUCHE_HOT_REDIS_URL", redis.url());
    variables.put("RUCHE_POSTGRES_URL", postgres.url(database));
    variables.put("RUCHE_S3_URL", objects.url());
    variables.put("RUCHE_S3_ACCESS_KEY", "ruche");
    variables.put("RUCHE_S3_SECRET_KEY", "secret");
    process =
        JavaProcess.start(
            EmbedService.class, log(), List.of(options), List.of(), Map.copyOf(variables));
  }

  /** Starts the service and waits until it answers. */
  public void launch(String... options) throws IOException {
    begin(options);
    try {
      await()
          .atMost(BOUND)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> isLive() || !handle().isAlive());
      Ports.awaitOpen(port);
    } catch (ConditionTimeoutException late) {
      List<String> lines = Files.readAllLines(log());
      throw new AssertionError(
          "the service does not start: "
              + String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size())),
          late);
    }
  }

  private boolean isLive() throws InterruptedException {
    try {
      return !management("/health/live").isEmpty();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** kill -9 */
  public void kill() {
    Objects.requireNonNull(process).destroyForcibly().onExit().join();
  }

  /** The process, and below it those that parse. */
  public ProcessHandle handle() {
    return Objects.requireNonNull(process).toHandle();
  }

  /** What it wrote. */
  public Path log() {
    return folder.resolve("service.log");
  }

  /** A new key of {@code koff} with the scope documents. */
  public String newKey() throws Exception {
    return newKey("koff");
  }

  /** A new key of a tenant with the scope documents; one for each tenant. */
  public String newKey(String tenant) throws Exception {
    return NewKey.in(vertx, postgres.url(database), redis.url(), tenant, Scope.DOCUMENTS);
  }

  /** The API for a key. */
  public ApiClient client(String key) {
    return new ApiClient(url(), key);
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  public String redisUrl() {
    return redis.url();
  }

  public Vertx vertx() {
    return vertx;
  }

  /** The body of a path of management. */
  public String management(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }

  /** The sum of a metric over those of its labels that have the text. */
  public double metric(String name, String label) throws IOException, InterruptedException {
    return management("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  public ObjectStore objects() {
    return objects;
  }

  /** The folder of the service's data. */
  public Path data() {
    return data.resolve("embed-service");
  }

  /** The folder of its one index. */
  public Path index() throws IOException {
    try (Stream<Path> all = Files.list(data().resolve("index"))) {
      List<Path> indexes = all.toList();
      if (indexes.size() != 1) {
        throw new AssertionError("not one index: " + indexes);
      }
      return indexes.getFirst();
    }
  }

  /** The first column of the first row. */
  public String read(String sql) throws Exception {
    return postgres.read(database, sql);
  }

  /** Runs statements. */
  public void run(String sql) throws Exception {
    postgres.run(database, sql);
  }

  @Override
  public void close() throws IOException {
    client.shutdownNow();
    if (process != null) {
      kill();
    }
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    redis.close();
    postgres.close();
    TestFolder.delete(folder);
    TestFolder.delete(data);
  }
}
