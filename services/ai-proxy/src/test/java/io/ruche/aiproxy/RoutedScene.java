package io.ruche.aiproxy;

import io.ruche.aiproxy.routing.circuit.CircuitListener.Change;
import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.ruche.config.Config;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Several simulated providers behind one proxy that is configured by a file, as users do it. In the
 * file {@code ${alpha}} stands for the address of the provider alpha, and {@code ${alpha.settings}}
 * for the same where it has more settings.
 */
public final class RoutedScene implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final Path folder;
  private final Map<String, ProviderSimulator> providers = new LinkedHashMap<>();
  private final List<Change> changes = new CopyOnWriteArrayList<>();
  private final RunningProxy proxy;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RoutedScene(Path folder, String yaml, List<String> names, Tracing tracing)
      throws IOException, TimeoutException {
    this.folder = folder;
    for (String name : names) {
      providers.put(name, ProviderSimulator.start(vertx, 0).await(10, TimeUnit.SECONDS));
    }
    write(yaml);
    Config config = Config.load(folder, Map.of(), Map.of("ai-proxy", AiProxyConfig.class));
    Settings settings = Settings.following(vertx, config, new Metrics("ai-proxy").registry());
    proxy = RunningProxy.start(vertx, settings, ctx -> ctx.next(), changes::add, tracing);
  }

  /** Starts the providers alpha, beta and gamma, and a proxy with the settings. */
  public static RoutedScene open(Path folder, String yaml) throws IOException, TimeoutException {
    return open(folder, yaml, Tracing.off());
  }

  /** Starts the same with a proxy that leaves spans. */
  public static RoutedScene open(Path folder, String yaml, Tracing tracing)
      throws IOException, TimeoutException {
    return new RoutedScene(folder, yaml, List.of("alpha", "beta", "gamma"), tracing);
  }

  /** Writes the file anew. */
  public void write(String yaml) throws IOException {
    String text = "port: 0\nmanagement-port: 0\n" + yaml;
    for (Map.Entry<String, ProviderSimulator> provider : providers.entrySet()) {
      String settings = "base-url: " + provider.getValue().baseUrl() + ", api-key: gsk_simulated";
      text =
          text.replace("${" + provider.getKey() + "}", "{" + settings + "}")
              .replace("${" + provider.getKey() + ".settings}", settings);
    }
    Path fresh = Files.writeString(folder.resolve("fresh"), text);
    Files.move(
        fresh,
        folder.resolve("ai-proxy.yaml"),
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  /** One of the providers. */
  public ProviderSimulator provider(String name) {
    return Objects.requireNonNull(providers.get(name));
  }

  /** What it all runs on. */
  public Vertx vertx() {
    return vertx;
  }

  /** The proxy. */
  public RunningProxy proxy() {
    return proxy;
  }

  /** The circuits that opened and closed so far. */
  public List<Change> changes() {
    return changes;
  }

  /** Asks and takes the whole answer. */
  public HttpResponse<String> ask(String body) throws IOException, InterruptedException {
    return client.send(chat(body), BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  /** Gets a path of the proxy. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path)).build(),
        BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  /** A request to the proxy. */
  public HttpRequest chat(String body) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + proxy.port() + "/v1/chat/completions"))
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /** A client for requests of one's own. */
  public HttpClient client() {
    return client;
  }

  /** A body for a model. */
  public static String body(String model) {
    return body(model, false);
  }

  /** A body for a model, its answer streamed or not. */
  public static String body(String model, boolean stream) {
    return "{\"model\":\"%s\",\"stream\":%b,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
        .formatted(model, stream);
  }

  /** Which provider an answer came from. */
  public static String from(HttpResponse<?> answer) {
    return answer.headers().firstValue("x-ruche-provider").orElse("");
  }

  @Override
  public void close() throws TimeoutException {
    client.shutdownNow();
    proxy.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }
}
