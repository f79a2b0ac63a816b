package io.ruche.embedservice.kill;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.testing.ServiceProcess;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * kill -9 of the whole service at random points of ingestions and of its starts: nothing is lost,
 * nothing is there twice. {@code -Druche.test.kills=100} for the long form, {@code
 * -Druche.test.seed=} for the same choices again.
 */
final class IngestionKillIT {

  private static final int KILLS = Integer.getInteger("ruche.test.kills", 4);
  private static final Duration BOUND = Duration.ofMinutes(2);

  /** As long as a document takes from the request to the end of its job, and a little more. */
  private static final int LONGEST_LIFE_MS = 3_000;

  private static final int LONGEST_START_MS = 2_500;

  /** One kill of so many comes while the service starts. */
  private static final int STARTS = 5;

  private ServiceProcess service;

  @BeforeEach
  void open() throws Exception {
    service = new ServiceProcess("");
  }

  @AfterEach
  void close() throws Exception {
    service.close();
  }

  @Test
  void losesNothingAndDoublesNothing() throws Exception {
    long seed = Long.getLong("ruche.test.seed", new Random().nextLong());
    System.out.println("kill seed " + seed);
    Random random = new Random(seed);
    Load load = new Load(service.url(), service.newKey(), random.nextLong());
    Map<String, Integer> points = new TreeMap<>();
    Thread client = new Thread(load, "load");
    client.start();
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        points.merge(killed(load, random), 1, Integer::sum);
      }
      service.launch();
      awaitOneMore(load);
    } finally {
      load.stop();
      client.join();
    }
    Judge judge = new Judge(service, service.client(load.key()), load);
    await().atMost(BOUND).pollInterval(Duration.ofMillis(500)).until(() -> load.open() == 0);

    judge.judgeCommands();
    judge.judgeChunks();
    service.kill();
    judge.judgeIndex();
    judge.judgeFiles();
    assertTrue(load.jobs().size() > KILLS / 2, "jobs: " + load.jobs().size());
    System.out.printf(
        "%d kills, %d commands; the newest was then at %s%n", KILLS, load.jobs().size(), points);
  }

  /** Ends a life at any moment, and tells what it was at. */
  private String killed(Load load, Random random) throws Exception {
    if (random.nextInt(STARTS) == 0) {
      service.begin();
      pause(random.nextInt(LONGEST_START_MS));
      service.kill();
      return "start";
    }
    service.launch();
    // At least one more is accepted in such a life, and then the end comes at any moment.
    awaitOneMore(load);
    pause(random.nextInt(LONGEST_LIFE_MS));
    service.kill();
    return service.read(
        """
        SELECT coalesce((SELECT stage FROM ruche_embed.progress ORDER BY changed DESC LIMIT 1),
          'nothing')
        """);
  }

  private static void awaitOneMore(Load load) {
    int before = load.jobs().size();
    await().atMost(BOUND).until(() -> load.jobs().size() > before);
  }

  /** The only thing that there is to wait for is the moment of the kill. */
  private static void pause(long millis) throws InterruptedException {
    Thread.sleep(millis);
  }
}
