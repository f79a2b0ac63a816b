package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.LocalKey;
import io.ruche.standalone.bench.process.CpuClock;
import io.ruche.standalone.bench.process.Endings;
import io.ruche.standalone.bench.process.FreePort;
import io.ruche.standalone.bench.process.Part;
import io.ruche.standalone.stores.EmbeddedStores;
import io.ruche.standalone.stores.StoreUrls;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * All processes that it takes to measure ai-proxy: the stores, ai-proxy in a process of its own
 * with keys, limits, a budget and a ledger, and the load. The provider is the caller's.
 */
final class Rig {

  static final String PROXY = "ai-proxy";

  private static final String HEAP = "256m";
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration SLACK = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 100;
  private static final List<String> STORES =
      List.of("MQTT", "REDIS", "HOT_REDIS", "POSTGRES", "S3");

  private final Path folder;
  private final Endings endings;
  private final CpuClock cpu = new CpuClock();
  private final Part proxy;
  private final Part load;
  private final Server server;

  /**
   * Something that answers chat completions.
   *
   * @param headers that each request carries
   */
  record Server(String name, int port, List<String> headers) {

    /** One that wants no key. */
    static Server open(String name, int port) {
      return new Server(name, port, List.of());
    }

    /** The headers as one word of a line to the load. */
    String word() {
      String lines = headers.stream().map(header -> header + "\r\n").collect(Collectors.joining());
      return Base64.getUrlEncoder().encodeToString(lines.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * Starts everything but the provider.
   *
   * @param provider its port
   */
  Rig(Path folder, int provider, Endings endings, Consumer<String> progress) throws Exception {
    this.folder = folder;
    this.endings = endings;
    progress.accept("starting the stores");
    Path data = folder.resolve("data");
    Part stores = stores(data);
    progress.accept("starting ai-proxy and the load");
    int port = FreePort.find();
    proxy = proxy(EmbeddedStores.running(data).orElseThrow(), port, provider);
    load = Part.start("load", folder, "512m", LoadMain.class);
    endings.add(load::close);
    cpu.watch("load", load::handle);
    cpu.watch(PROXY, proxy::handle);
    cpu.watch("stores", stores::handle);
    server =
        new Server(
            PROXY, port, List.of("authorization: Bearer " + LocalKey.read(data).orElseThrow()));
    awaitAnswer();
  }

  private Part stores(Path data) throws Exception {
    int port = FreePort.find();
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("RUCHE_CONFIG", configs("stores", port).toString());
    for (String store : STORES) {
      variables.put("RUCHE_" + store + "_PORT", Integer.toString(FreePort.find()));
    }
    Part stores =
        Part.start(
            "stores",
            folder,
            "512m",
            variables,
            UpMain.class,
            "up",
            "--only",
            PROXY,
            "--data",
            data.toString());
    endings.add(stores::close);
    await(stores, () -> LocalKey.read(data).isPresent() && FreePort.answers(port));
    return stores;
  }

  private Part proxy(StoreUrls urls, int port, int provider) throws Exception {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("RUCHE_CONFIG", configs(PROXY, port).toString());
    variables.put("RUCHE_DATA", folder.resolve("alone").toString());
    variables.put("RUCHE_MQTT_URL", urls.mqtt().toString());
    variables.put("RUCHE_REDIS_URL", urls.redis().toString());
    variables.put("RUCHE_HOT_REDIS_URL", urls.hotRedis().toString());
    variables.put("RUCHE_POSTGRES_URL", urls.postgres().toString());
    variables.put("GROQ_BASE_URL", "http://127.0.0.1:" + provider + "/v1");
    variables.put("GROQ_API_KEY", "bench");
    Part alone = Part.start(PROXY, folder, HEAP, variables, AloneMain.class);
    endings.add(alone::close);
    await(alone, () -> FreePort.answers(port));
    return alone;
  }

  private Path configs(String name, int port) throws IOException {
    Path configs = Files.createDirectories(folder.resolve(name + "-configs"));
    Files.writeString(
        configs.resolve("ai-proxy.yaml"),
        """
        port: %d
        management-port: %d
        groq:
          pool: {size: 4096}
        prices:
          groq:
            llama-3.3-70b-versatile: [{input: 0.59, output: 0.79}]
        limits:
          tenants:
            local: {concurrent: 100000, rpd: 1000000000, tpd: 1000000000000, usd-per-month: 1000000}
        """
            .formatted(port, FreePort.find()));
    Files.writeString(configs.resolve("backbone.yaml"), "http: {max-connections: 10000}\n");
    return configs;
  }

  /** Something that may be so. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  private void await(Part part, Condition condition) throws Exception {
    long bound = System.nanoTime() + READY.toNanos();
    while (!condition.holds()) {
      if (!part.handle().isAlive() || System.nanoTime() > bound) {
        throw new IllegalStateException("a process did not get ready; see the logs in " + folder);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** The key is in the folder a moment before all processes know it. */
  private static void awaitAnswer() throws InterruptedException {
    Thread.sleep(Duration.ofSeconds(1));
  }

  /** ai-proxy. */
  Server server() {
    return server;
  }

  CpuClock cpu() {
    return cpu;
  }

  ProcessHandle proxy() {
    return proxy.handle();
  }

  ProcessHandle load() {
    return load.handle();
  }

  /** As fast as the answers come. */
  JsonObject closed(Server server, int bytes, int connections, double seconds) {
    return ask(seconds, "closed", server.port, server.word(), bytes, connections, seconds);
  }

  /** At a fixed rate, a second. */
  JsonObject paced(Server server, int connections, double seconds, int rate) {
    return ask(seconds, "paced", server.port, server.word(), 0, connections, seconds, rate);
  }

  /** Commands, as fast as their receipts come. */
  JsonObject commands(Server server, int connections, double seconds) {
    return ask(seconds, "commands", server.port, server.word(), connections, seconds);
  }

  /** Streams that are opened and held. */
  JsonObject streams(Server server, int number, double openSeconds, double seconds) {
    return ask(seconds, "streams", server.port, server.word(), number, openSeconds, seconds);
  }

  private JsonObject ask(double seconds, Object... words) {
    return load.ask(Duration.ofMillis((long) (seconds * 1000)).plus(SLACK), words);
  }

  /**
   * Keeps a process, with all its threads, on some processors; false where that is not possible.
   */
  static boolean pin(ProcessHandle process, String processors) throws Exception {
    List<Long> all = new ArrayList<>(List.of(process.pid()));
    process.descendants().forEach(child -> all.add(child.pid()));
    for (long pid : all) {
      Process taskset =
          new ProcessBuilder("taskset", "-a", "-c", "-p", processors, Long.toString(pid))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (taskset.waitFor() != 0) {
        return false;
      }
    }
    return true;
  }
}
