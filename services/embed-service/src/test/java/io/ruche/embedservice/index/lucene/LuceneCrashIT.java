package io.ruche.embedservice.index.lucene;

import static io.ruche.embedservice.index.Samples.result;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.index.Samples;
import io.ruche.embedservice.index.Scored;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.testing.JavaProcess;
import io.ruche.testing.TestFolder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A real process that writes is killed; what it said was complete is there. */
final class LuceneCrashIT {

  private static final int KILLS = 5;
  private static final Duration BOUND = Duration.ofSeconds(60);

  @Test
  void whatWasCompleteIsThereAfterAKill() throws Exception {
    Path folder = TestFolder.make("ruche-crash");
    Path index = folder.resolve("index");
    Random random = new Random();
    Set<String> put = new HashSet<>();
    Set<String> removing = new HashSet<>();
    Set<String> removed = new HashSet<>();
    for (int run = 0; run < KILLS; run++) {
      Path log = folder.resolve("log-" + run);
      Process process =
          JavaProcess.start(WriterMain.class, log, List.of(), List.of(index.toString(), "" + run));
      int enough = 20 + random.nextInt(200);
      await().atMost(BOUND).until(() -> lines(log).size() >= enough || !process.isAlive());
      assertTrue(process.isAlive(), () -> "the writer ended: " + text(log));
      process.destroyForcibly().waitFor();
      for (String line : lines(log)) {
        if (line.startsWith("put ") && line.length() == 40) {
          put.add(line.substring(4));
        } else if (line.startsWith("removing ") && line.length() == 45) {
          removing.add(line.substring(9));
        } else if (line.startsWith("removed ") && line.length() == 44) {
          removed.add(line.substring(8));
        }
      }
      check(index, put, removing, removed);
    }
    assertTrue(removed.size() > KILLS);
    TestFolder.delete(folder);
  }

  private static void check(Path folder, Set<String> put, Set<String> removing, Set<String> removed)
      throws Exception {
    Vertx vertx = Vertx.vertx();
    LuceneIndex index = new LuceneIndex(vertx, folder, LuceneConfig.standard(), Samples.DIMENSIONS);
    result(index.start());
    List<Scored> all =
        result(index.dense(WriterMain.SPACE, Samples.vector(1), 100_000, Filter.NONE));
    Set<String> found =
        all.stream().map(Scored::chunk).map(UUID::toString).collect(Collectors.toSet());
    assertEquals(all.size(), found.size(), "doubled");
    Set<String> expected = new HashSet<>(put);
    expected.removeAll(removing);
    Set<String> lost = new HashSet<>(expected);
    lost.removeAll(found);
    assertEquals(Set.of(), lost, "lost");
    Set<String> risen = new HashSet<>(removed);
    risen.retainAll(found);
    assertEquals(Set.of(), risen, "removed, and there");
    result(index.stop());
    result(vertx.close());
  }

  private static List<String> lines(Path log) {
    try {
      return Files.readAllLines(log);
    } catch (IOException notYet) {
      return List.of();
    }
  }

  private static String text(Path log) {
    return String.join("\n", lines(log));
  }
}
