package io.ruche.standalone;

import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Prometheus that scrapes one port of this machine every second. */
final class PrometheusServer implements AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final int port;

  private PrometheusServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** A program of the package, where it is installed. */
  static Optional<Path> program(String name) {
    String folders = System.getenv().getOrDefault("PATH", "");
    return Stream.of(folders.split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static PrometheusServer start(Path program, Path folder, int scraped) throws IOException {
    int port = RunningRuche.free();
    Path config = folder.resolve("prometheus.yml");
    Files.writeString(
        config,
        """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: ["%s/prometheus/rules/*.yaml"]
        scrape_configs:
          - job_name: ruche
            static_configs: [{targets: ["127.0.0.1:%d"]}]
        """
            .formatted(Monitoring.FOLDER, scraped));
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    PrometheusServer server = new PrometheusServer(process, port);
    await().atMost(BOUND).ignoreExceptions().until(() -> server.get("/-/ready").equals("200"));
    return server;
  }

  private String get(String path) throws Exception {
    return Integer.toString(send(path).statusCode());
  }

  private HttpResponse<String> send(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(BOUND)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * The values that an expression has now, those that are no numbers left out.
   *
   * @throws AssertionError when Prometheus does not understand it
   */
  List<Double> values(String expression) throws Exception {
    HttpResponse<String> answer =
        send("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    if (answer.statusCode() != 200) {
      throw new AssertionError(expression + ": " + answer.body());
    }
    JsonArray result = new JsonObject(answer.body()).getJsonObject("data").getJsonArray("result");
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < result.size(); i++) {
      double value = Double.parseDouble(result.getJsonObject(i).getJsonArray("value").getString(1));
      if (!Double.isNaN(value)) {
        values.add(value);
      }
    }
    return values;
  }

  @Override
  public void close() {
    http.shutdownNow();
    process.destroy();
    process
        .onExit()
        .orTimeout(30, TimeUnit.SECONDS)
        .exceptionallyCompose(late -> process.destroyForcibly().onExit())
        .join();
  }
}
