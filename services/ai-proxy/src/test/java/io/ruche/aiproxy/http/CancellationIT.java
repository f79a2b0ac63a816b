package io.ruche.aiproxy.http;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.Scene;
import io.ruche.aiproxy.routing.Pool;
import io.ruche.aiproxy.simulator.Seen;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CancellationIT {

  private static final long MOST_MILLIS = 100;

  @ParameterizedTest
  @CsvSource({
    "delay=60000, false",
    "stall=0, false",
    "delay=60000, true",
    "'tokens=100000,gap=20', true",
    "stall=2, true"
  })
  void closesTheCallWhenTheClientLeaves(String behaviour, boolean stream) throws Exception {
    try (Scene scene = Scene.open()) {
      RawClient client = scene.raw();
      client.chat(Scene.asking(behaviour, stream));
      await().atMost(10, SECONDS).until(() -> scene.provider().requests() == 1);
      if (behaviour.startsWith("tokens") || behaviour.equals("stall=2")) {
        client.readUntil("data: ");
      }

      long left = System.nanoTime();
      client.leave();

      Seen seen = scene.provider().last();
      await().atMost(10, SECONDS).until(seen::isCancelled);
      long millis = NANOSECONDS.toMillis(seen.cancelledNanos() - left);
      assertTrue(millis <= MOST_MILLIS, millis + " ms");
    }
  }

  @Test
  void neverSendsARequestWhoseClientLeftTheQueue() throws Exception {
    try (Scene scene = Scene.open(new Pool(1, 16, Duration.ofSeconds(30)));
        RawClient first = scene.raw();
        RawClient second = scene.raw()) {
      // Connections go to the two event loops in turn, each with its own single connection.
      first.chat(Scene.asking("delay=500", false));
      second.chat(Scene.asking("delay=500", false));
      await().atMost(10, SECONDS).until(() -> scene.provider().requests() == 2);
      RawClient third = scene.raw();
      third.chat(Scene.asking("tokens=1", false));

      third.leave();
      first.readUntil("Echo: Hi");
      second.readUntil("Echo: Hi");

      assertEquals(200, scene.send(scene.chat(Scene.HELLO)).statusCode());
      assertEquals(200, scene.send(scene.chat(Scene.HELLO)).statusCode());
      assertEquals(4, scene.provider().requests());
    }
  }

  @Test
  void keepsTheConnectionOfACallThatEnded() throws Exception {
    try (Scene scene = Scene.open();
        RawClient client = scene.raw()) {
      client.chat(Scene.HELLO);
      client.readUntil("Echo: Hello");
      int connections = scene.provider().connections();

      client.leave();

      await()
          .during(200, TimeUnit.MILLISECONDS)
          .atMost(5, SECONDS)
          .until(() -> scene.provider().connections() == connections);
    }
  }
}
