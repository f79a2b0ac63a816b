package io.ruche.aiproxy.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RoutedScene;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProviderDownIT {

  private static final String YAML =
      """
      default-provider: alpha
      providers: {alpha: ${alpha}, beta: ${beta}}
      models:
        safe:
          targets:
            - [{provider: alpha, model: big}]
            - [{provider: beta, model: small}]
      """;

  @TempDir Path folder;
  private RoutedScene scene;

  @BeforeEach
  void open() throws Exception {
    scene = RoutedScene.open(folder, YAML);
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  @Test
  void failsNoRequestWhenAProviderIsKilledUnderLoad() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger sent = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    List<Future<?>> loads = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        boolean stream = i % 2 == 0;
        loads.add(
            threads.submit(
                () -> {
                  while (!stop.get()) {
                    HttpResponse<String> answer = scene.ask(RoutedScene.body("safe", stream));
                    sent.incrementAndGet();
                    boolean good =
                        answer.statusCode() == 200 && !answer.body().contains("\"error\"");
                    failed.addAndGet(good ? 0 : 1);
                  }
                  return null;
                }));
      }
      await().atMost(20, SECONDS).until(() -> sent.get() > 500);
      long killed = System.nanoTime();
      scene.provider("alpha").stop().await(10, SECONDS);
      await().atMost(10, SECONDS).until(() -> !scene.changes().isEmpty());
      long opened = Duration.ofNanos(System.nanoTime() - killed).toMillis();
      int before = sent.get();
      await().atMost(20, SECONDS).until(() -> sent.get() > before + 500);
      scene.provider("alpha").start().await(10, SECONDS);
      await().atMost(20, SECONDS).until(() -> scene.changes().size() == 2);
      stop.set(true);
      System.Logger log = System.getLogger("FallbackIT");
      log.log(System.Logger.Level.INFO, "opened after {0} ms, {1} requests", opened, sent.get());
      for (Future<?> load : loads) {
        load.get(30, SECONDS);
      }
      assertTrue(opened <= 1_000, opened + " ms until the circuit opened");
    }

    assertEquals(0, failed.get(), failed + " of " + sent);
    assertTrue(scene.changes().get(0).down());
    assertFalse(scene.changes().get(1).down());
    assertEquals(0.0, scene.proxy().registry().get("ruche_ai_proxy_open_circuits").gauge().value());
  }

  @Test
  void failsAtOnceWhileTheOnlyTargetIsDown() throws Exception {
    scene.provider("alpha").stop().await(10, SECONDS);
    await()
        .atMost(20, SECONDS)
        .until(() -> code(scene.ask(RoutedScene.body("any"))).equals("upstream_down"));

    HttpResponse<String> answer = scene.ask(RoutedScene.body("any"));

    assertEquals(503, answer.statusCode());
    assertTrue(answer.headers().firstValue("retry-after").isPresent());
    scene.provider("alpha").start().await(10, SECONDS);
    await().atMost(20, SECONDS).until(() -> scene.ask(RoutedScene.body("any")).statusCode() == 200);
  }

  private static String code(HttpResponse<String> answer) {
    return new JsonObject(answer.body())
        .getJsonObject("error", new JsonObject())
        .getString("code", "");
  }
}
