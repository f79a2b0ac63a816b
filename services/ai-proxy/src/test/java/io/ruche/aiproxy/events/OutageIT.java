package io.ruche.aiproxy.events;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.ruche.store.RedisLink;
import io.ruche.testing.Ports;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that are queued while the provider is away, in a process that may be killed. */
final class OutageIT {

  private static final int JOBS = 1_200;
  private static final Duration BOUND = Duration.ofMinutes(2);

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private RedisProcess redis;
  private RedisLink link;
  private ProviderSimulator provider;
  private Process process;
  private int port;

  @BeforeEach
  void open() throws Exception {
    redis = RedisProcess.start();
    link = new RedisLink(vertx, vertx.getOrCreateContext(), "probe", redis.url());
    link.start().await(10, SECONDS);
    provider = ProviderSimulator.start(vertx, 0).await(10, SECONDS);
    Files.writeString(
        folder.resolve("ai-proxy.yaml"),
        """
        port: 0
        management-port: 0
        groq: {base-url: %s, api-key: %s}
        circuits: {longest-wait: 2s}
        """
            .formatted(provider.baseUrl(), ProviderSimulator.KEY));
    startProcess();
  }

  private void startProcess() throws Exception {
    port = Ports.free();
    process = QueueProcess.start(folder, redis.url(), "mqtt://127.0.0.1:1", port);
    await().atMost(BOUND).ignoreExceptions().until(() -> post("warm-up-" + port) == 202);
  }

  @AfterEach
  void close() throws Exception {
    process.destroyForcibly().onExit().join();
    client.shutdownNow();
    link.stop().await(10, SECONDS);
    vertx.close().await(30, SECONDS);
    redis.close();
  }

  private int post(String id) throws Exception {
    return client.send(request(id), BodyHandlers.ofString()).statusCode();
  }

  private HttpRequest request(String id) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/local/" + id))
        .timeout(Duration.ofSeconds(30))
        .POST(
            HttpRequest.BodyPublishers.ofString(
                "{\"model\":\"sim:delay=20\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"))
        .build();
  }

  @Test
  void waitsOutAnOutageAndAnswersEachJobOnce() throws Exception {
    await().atMost(BOUND).until(() -> results().size() == 1);
    provider.stop().await(10, SECONDS);
    queue();
    // Long enough for every one to have been looked at, and to have been sent away.
    await().atMost(BOUND).until(() -> parked() >= JOBS - 16);
    provider.forget();
    provider.start().await(10, SECONDS);

    assertDrained(1, 20);
  }

  @Test
  void waitsOut429WithoutATimeAsItDoesAnOutage() throws Exception {
    await().atMost(BOUND).until(() -> results().size() == 1);
    provider.always("status=429");
    queue();
    await().atMost(BOUND).until(() -> parked() >= JOBS - 16);
    long refused = provider.requests();
    provider.always(null);
    provider.forget();

    assertTrue(refused <= 40, refused + " refused");
    assertDrained(1, 20);
  }

  @Test
  void answersEachJobOnceThoughItsProcessIsKilledWhileItDrains() throws Exception {
    await().atMost(BOUND).until(() -> results().size() == 1);
    provider.stop().await(10, SECONDS);
    queue();
    await().atMost(BOUND).until(() -> parked() >= JOBS - 16);
    provider.forget();
    provider.start().await(10, SECONDS);
    await().atMost(BOUND).until(() -> results().size() > JOBS / 4);
    process.destroyForcibly().onExit().join();
    startProcess();

    // What was under way when it was killed is asked for a second time.
    assertDrained(2, 40);
  }

  private void queue() throws Exception {
    List<CompletableFuture<Integer>> posted = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      posted.add(
          client
              .sendAsync(request("job-" + i), BodyHandlers.ofString())
              .thenApply(answer -> answer.statusCode()));
    }
    for (CompletableFuture<Integer> one : posted) {
      assertEquals(202, one.get(60, SECONDS));
    }
  }

  private long parked() throws Exception {
    return Results.parked(link, "local");
  }

  private void assertDrained(int others, int callsBesides) throws Exception {
    long began = System.nanoTime();
    await().atMost(BOUND).until(() -> results().size() == JOBS + others);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    String figures =
        "%d jobs done %s after the provider came back, with %d calls"
            .formatted(JOBS, took, provider.requests());
    System.getLogger("OutageIT").log(System.Logger.Level.INFO, figures);
    results().forEach((id, times) -> assertEquals(1, times, id));
    assertTrue(provider.requests() <= JOBS + callsBesides, figures);
    assertEquals(0, Results.dead(link, "local"), figures);
  }

  private Map<String, Integer> results() throws Exception {
    return Results.of(link, "local");
  }
}
