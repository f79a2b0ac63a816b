package io.ruche.aiproxy.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RoutedScene;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuotaIT {

  @TempDir Path folder;

  /** Clients ask for more than there is, so that what is sent is what is thought to be allowed. */
  @Test
  void sendsNearlyAllThatIsAllowedAndNearlyNothingElse() throws Exception {
    try (RoutedScene scene =
        RoutedScene.open(folder, "default-provider: alpha\nproviders: {alpha: ${alpha}}\n")) {
      scene.provider("alpha").limitTokens(240_000, 4_000);
      scene.provider("alpha").next("delay=5");
      scene.ask(RoutedScene.body("delay"));
      AtomicInteger answered = new AtomicInteger();
      AtomicInteger refusedHere = new AtomicInteger();
      AtomicInteger other = new AtomicInteger();
      long until = System.nanoTime() + Duration.ofSeconds(8).toNanos();
      List<Future<?>> loads = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 16; i++) {
          loads.add(
              threads.submit(
                  () -> {
                    while (System.nanoTime() < until) {
                      HttpResponse<String> answer = scene.ask(RoutedScene.body("sim:delay=20"));
                      if (answer.statusCode() == 200) {
                        answered.incrementAndGet();
                      } else if (answer.body().contains("upstream_limited")) {
                        refusedHere.incrementAndGet();
                      } else {
                        other.incrementAndGet();
                      }
                    }
                    return null;
                  }));
        }
        for (Future<?> load : loads) {
          load.get(60, SECONDS);
        }
      }

      long[] tokens = scene.provider("alpha").tokens();
      String figures =
          "%d answered, %d refused here, %d refused there, %d other; %d tokens taken, %d left"
              .formatted(
                  answered.get(), refusedHere.get(), tokens[2], other.get(), tokens[0], tokens[1]);
      System.getLogger("QuotaIT").log(System.Logger.Level.INFO, figures);
      assertTrue(tokens[2] * 1_000 <= answered.get(), figures);
      assertTrue(refusedHere.get() > 100, figures);
      // A refusal there may be tried again in time, and then no client hears of it.
      assertTrue(other.get() <= tokens[2], figures);
      assertTrue(tokens[0] >= 0.95 * (tokens[0] + tokens[1]), figures);
    }
  }

  @Test
  void goesToTheNextTargetWhenTheFirstWouldRefuse() throws Exception {
    String yaml =
        """
        providers: {alpha: ${alpha}, beta: ${beta}}
        models:
          m: {targets: [[{provider: alpha, model: a}], [{provider: beta, model: b}]]}
        """;
    try (RoutedScene scene = RoutedScene.open(folder, yaml)) {
      scene.provider("alpha").limitTokens(600, 60);
      int fromBeta = 0;
      for (int i = 0; i < 20; i++) {
        HttpResponse<String> answer = scene.ask(RoutedScene.body("m"));
        assertEquals(200, answer.statusCode());
        fromBeta += RoutedScene.from(answer).equals("beta") ? 1 : 0;
      }

      assertTrue(fromBeta >= 15, fromBeta + " of 20");
      assertEquals(0, scene.provider("alpha").tokens()[2]);
    }
  }

  /** Each answer has 7 tokens: after the second one nothing is left of this minute's. */
  @Test
  void countsTheTokensOfAnswersThatNoHeaderTellsAndGoesOnElsewhere() throws Exception {
    String yaml =
        """
        providers:
          alpha: {${alpha.settings}, limits: {a: {output-tokens-per-minute: 10}}}
          beta: ${beta}
        models:
          m: {targets: [[{provider: alpha, model: a}], [{provider: beta, model: b}]]}
        """;
    try (RoutedScene scene = RoutedScene.open(folder, yaml)) {
      List<String> from = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        from.add(RoutedScene.from(scene.ask(RoutedScene.body("m"))));
      }

      assertEquals(List.of("alpha", "alpha", "beta", "beta", "beta"), from);
    }
  }
}
