package io.ruche.aiproxy.cache;

import static io.ruche.aiproxy.CachedScene.body;
import static io.ruche.aiproxy.CachedScene.cache;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.CachedScene;
import io.ruche.aiproxy.simulator.Seen;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many requests that want the same answer at the same time. */
final class RacingIT {

  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final int MANY = 100;
  private static final String MODELS =
      """
      kept: {targets: [[{provider: alpha, model: m}]], cache: {timeout: 1s, ttl: 10m}}
      small: {targets: [[{provider: alpha, model: m}]], cache: {timeout: 1s, ttl: 10m, largest: 1KiB}}
      """;
  private static final String HELLO = body("kept", "Hello", "");
  private static final String STREAMED = body("kept", "Hello", "\"stream\":true,");

  @TempDir private Path folder;
  private CachedScene scene;

  @BeforeEach
  void open() throws Exception {
    scene = CachedScene.open(folder, MODELS, "attempts: {within: 3s}\n");
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  private List<CompletableFuture<HttpResponse<String>>> race(String body, int times) {
    List<CompletableFuture<HttpResponse<String>>> racing = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      racing.add(scene.client().sendAsync(scene.chat(body).build(), BodyHandlers.ofString()));
    }
    return racing;
  }

  private static List<HttpResponse<String>> all(
      List<CompletableFuture<HttpResponse<String>>> racing) throws Exception {
    List<HttpResponse<String>> answers = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> each : racing) {
      answers.add(each.get(30, TimeUnit.SECONDS));
    }
    return answers;
  }

  @Test
  void askTheProviderOnce() throws Exception {
    for (String request : List.of(HELLO, STREAMED)) {
      scene.provider().forget();
      scene.provider().next("delay=500");

      List<HttpResponse<String>> answers = all(race(request, MANY));

      assertEquals(1, scene.provider().requests());
      assertEquals(1, answers.stream().map(HttpResponse::body).distinct().count());
      assertTrue(answers.stream().allMatch(answer -> answer.statusCode() == 200));
      assertEquals(1, answers.stream().filter(answer -> cache(answer).equals("miss")).count());
      assertEquals(MANY - 1, answers.stream().filter(a -> cache(a).equals("hit")).count());
    }
  }

  @Test
  void theNextOneAsksWhenTheFirstLeaves() throws Exception {
    scene.provider().next("tokens=1000,gap=20");
    HttpResponse<InputStream> first = scene.open(STREAMED);
    first.body().readNBytes(300);
    List<CompletableFuture<HttpResponse<String>>> racing = race(STREAMED, 20);
    await().atMost(BOUND).until(() -> waiting() == 20);

    first.body().close();

    for (HttpResponse<String> answer : all(racing)) {
      assertEquals(200, answer.statusCode());
      assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer.body());
    }
    assertEquals(2, scene.provider().requests());
    assertEquals(1, scene.provider().seen().stream().filter(Seen::isCancelled).count());
  }

  private int waiting() {
    return (int) scene.proxy().registry().get("ruche_ai_cache_waiting_requests").gauge().value();
  }

  @Test
  void theNextOneAsksWhenTheFirstFails() throws Exception {
    scene.provider().next("delay=500,status=500", "delay=100,status=503");

    List<HttpResponse<String>> answers = all(race(HELLO, 20));

    assertEquals(3, scene.provider().requests());
    assertEquals(18, answers.stream().filter(answer -> answer.statusCode() == 200).count());
    assertEquals(1, answers.stream().filter(answer -> answer.statusCode() == 500).count());
    assertEquals(1, answers.stream().filter(answer -> answer.statusCode() == 503).count());
  }

  @Test
  void nobodyWaitsForAnAnswerThatIsNotKept() throws Exception {
    scene.provider().next("delay=500,pad=5000");

    List<HttpResponse<String>> answers = all(race(body("small", "Hello", ""), 10));

    assertTrue(answers.stream().allMatch(answer -> answer.statusCode() == 200));
    assertEquals(10, scene.provider().requests());
  }

  @Test
  void aRefusalIsToldToEachByTheProviderItself() throws Exception {
    scene.provider().next("delay=300,status=400", "status=400", "status=400", "status=400");

    List<HttpResponse<String>> answers = all(race(HELLO, 4));

    assertTrue(answers.stream().allMatch(answer -> answer.statusCode() == 400));
    assertEquals(4, scene.provider().requests());
  }

  @Test
  void whoHasWaitedAsLongAsARequestMayAsksForItself() throws Exception {
    scene.provider().next("tokens=400,gap=50");
    HttpResponse<InputStream> first = scene.open(STREAMED);
    first.body().readNBytes(300);

    HttpResponse<String> second = scene.ask(STREAMED);
    assertEquals("miss", cache(second));
    assertTrue(second.body().endsWith("data: [DONE]\n\n"));
    assertEquals(2, scene.provider().requests());
    assertEquals("hit", cache(scene.ask(STREAMED)));
    first.body().close();
  }

  @Test
  void whoLeavesWhileItWaitsStopsNobody() throws Exception {
    scene.provider().next("delay=1000,status=500");
    List<CompletableFuture<HttpResponse<String>>> racing = race(HELLO, 10);
    await().atMost(BOUND).until(() -> waiting() == 9);
    for (int i = 0; i < 9; i++) {
      racing.get(i).cancel(true);
    }

    HttpResponse<String> last = racing.get(9).get(20, TimeUnit.SECONDS);
    assertTrue(last.statusCode() == 200 || last.statusCode() == 500, last.body());
    await().atMost(BOUND).until(() -> waiting() == 0);
    HttpResponse<String> after = scene.ask(HELLO);
    assertEquals(200, after.statusCode());
  }
}
