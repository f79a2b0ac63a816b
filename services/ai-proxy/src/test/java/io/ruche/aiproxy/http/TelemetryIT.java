package io.ruche.aiproxy.http;

import static io.ruche.aiproxy.RoutedScene.body;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.ruche.aiproxy.RoutedScene;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What requests over HTTP leave in the metrics. */
class TelemetryIT {

  private static final String YAML =
      """
      providers:
        alpha: ${alpha}
        beta: ${beta}
      default-provider: alpha
      models:
        fast:
          targets:
            - [{provider: alpha, model: a}]
            - [{provider: beta, model: b}]
      prices:
        alpha: {a: [{input: 1, output: 2}]}
      """;

  @TempDir private Path folder;
  private RoutedScene scene;

  @BeforeEach
  void open() throws Exception {
    scene = RoutedScene.open(folder, YAML);
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  private double value(String name, String... tags) {
    MeterRegistry registry = scene.proxy().registry();
    double sum = 0;
    for (Meter meter : registry.find(name).tags(Tags.of(tags)).meters()) {
      sum += meter.measure().iterator().next().getValue();
    }
    return sum;
  }

  private void awaitValue(double wanted, String name, String... tags) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertEquals(wanted, value(name, tags), name));
  }

  @Test
  void namesTheAliasAsAskedAndTheModelAsAnswered() throws Exception {
    assertEquals(200, scene.ask(body("fast")).statusCode());

    awaitValue(
        1,
        "gen_ai.client.operation.duration",
        "gen_ai.operation.name",
        "chat",
        "gen_ai.provider.name",
        "alpha",
        "gen_ai.request.model",
        "fast",
        "gen_ai.response.model",
        "a",
        "error.type",
        "");
    awaitValue(1, "ruche_ai_proxy_attempts_total", "provider", "alpha", "result", "ok");
    awaitValue(1, "ruche_ai_proxy_requests_total", "tenant", "koff", "outcome", "ok");
    awaitValue(0, "ruche_ai_proxy_in_flight_requests");
    awaitValue(0, "ruche_ai_proxy_retries_total");
    awaitValue(0, "ruche_ai_proxy_fallbacks_total");
  }

  @Test
  void countsWhatFailedAndWhoTookItsPlace() throws Exception {
    scene.provider("alpha").next("status=429,retry-after=60");
    assertEquals(200, scene.ask(body("fast")).statusCode());
    scene.provider("beta").next("status=400");
    assertEquals(400, scene.ask(body("beta/b")).statusCode());

    awaitValue(1, "ruche_ai_proxy_attempts_total", "provider", "alpha", "result", "limited");
    awaitValue(1, "ruche_ai_proxy_attempts_total", "provider", "beta", "result", "ok");
    awaitValue(1, "ruche_ai_proxy_fallbacks_total");
    awaitValue(
        1,
        "gen_ai.client.operation.duration",
        "gen_ai.request.model",
        "fast",
        "gen_ai.response.model",
        "b");
    awaitValue(1, "ruche_ai_proxy_attempts_total", "provider", "beta", "result", "refused");
    awaitValue(1, "gen_ai.client.operation.duration", "error.type", "400");
  }

  @Test
  void tellsAStreamsFirstTokenAndNoWholeAnswers() throws Exception {
    scene.ask(body("fast"));
    awaitValue(1, "ruche_ai_proxy_requests_total", "outcome", "ok");
    awaitValue(0, "gen_ai.server.time_to_first_token");

    scene.ask(body("fast", true));

    awaitValue(1, "gen_ai.server.time_to_first_token");
    awaitValue(1, "gen_ai.server.time_per_output_token");
    awaitValue(0, "ruche_ai_proxy_open_streams");
  }

  @Test
  void countsAClientThatLeavesAsLeftWithAnEstimate() throws Exception {
    scene.provider("alpha").next("tokens=1000,gap=10,pad=30");
    HttpResponse<InputStream> answer =
        scene.client().send(scene.chat(body("fast", true)), BodyHandlers.ofInputStream());
    answer.body().readNBytes(2_000);
    awaitValue(1, "ruche_ai_proxy_open_streams");
    answer.body().close();

    awaitValue(1, "ruche_ai_proxy_requests_total", "outcome", "client_left");
    awaitValue(1, "ruche_ai_proxy_usage_requests_total", "usage", "estimated");
    awaitValue(1, "gen_ai.client.operation.duration", "error.type", "client_left");
    awaitValue(0, "ruche_ai_proxy_open_streams");
    awaitValue(0, "ruche_ai_proxy_in_flight_requests");
  }

  @Test
  void showsWhatIsLeftOfAProvidersQuotaAndWhichModelsAreDown() throws Exception {
    scene.ask(body("fast"));
    scene.provider("beta").stop().await();
    for (int i = 0; i < 8; i++) {
      scene.ask(body("beta/b"));
    }

    awaitValue(1, "ruche_ai_proxy_provider_down_models", "provider", "beta");
    awaitValue(0, "ruche_ai_proxy_provider_down_models", "provider", "alpha");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> value("ruche_ai_proxy_quota_left_tokens", "provider", "alpha") > 0);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                value("ruche_ai_proxy_provider_last_success_timestamp_seconds", "provider", "alpha")
                    > 1_700_000_000);
    awaitValue(8, "gen_ai.client.operation.duration", "gen_ai.request.model", "beta/b");
  }
}
