package io.ruche.bus.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.auth.Scope;
import io.ruche.testing.NeedsMosquitto;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A thousand posts a second are to be taken; the figure is told and not judged. */
@NeedsMosquitto
final class ManyCommandsIT {

  private static final int COMMANDS = 6_000;
  private static final int AT_ONCE = 32;

  @Test
  void takesEachOfManyPostsAndDoesItOnce() throws Exception {
    try (RunningCommands echo = new RunningCommands();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String key = echo.key("koff", "app", Scope.AI);
      Semaphore free = new Semaphore(AT_ONCE);
      List<Future<Integer>> answers = new ArrayList<>();
      long began = System.nanoTime();
      for (int i = 0; i < COMMANDS; i++) {
        String id = "job-" + i;
        free.acquire();
        answers.add(
            threads.submit(
                () -> {
                  try {
                    return post(echo, key, id);
                  } finally {
                    free.release();
                  }
                }));
      }
      for (Future<Integer> answer : answers) {
        assertEquals(202, answer.get(60, TimeUnit.SECONDS));
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      System.getLogger("ManyCommandsIT")
          .log(
              System.Logger.Level.INFO,
              "%d posts taken in %.1f s, %.0f/s".formatted(COMMANDS, seconds, COMMANDS / seconds));

      await().atMost(Duration.ofSeconds(60)).until(() -> echo.handled.size() >= COMMANDS);
      assertEquals(COMMANDS, echo.handled.size());
      assertEquals(COMMANDS, new HashSet<>(echo.handled).size());
    }
  }

  /** Repeated under the same id where it could not be stored in time, as clients do. */
  private static int post(RunningCommands echo, String key, String id) throws Exception {
    int status = 503;
    for (int attempt = 0; attempt < 20 && status == 503; attempt++) {
      HttpResponse<String> answer =
          echo.post(
              key,
              "say",
              "{\"text\":\"Bonjour\"}",
              "Content-Type",
              "application/json",
              "Idempotency-Key",
              id);
      status = answer.statusCode() == 200 ? 202 : answer.statusCode();
      if (status == 503) {
        System.getLogger("ManyCommandsIT").log(System.Logger.Level.INFO, answer.body());
      }
    }
    return status;
  }
}
