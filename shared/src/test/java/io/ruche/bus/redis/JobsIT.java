package io.ruche.bus.redis;

import static io.ruche.bus.redis.RedisScene.KEYS;
import static io.ruche.bus.redis.RedisScene.SERVICE;
import static io.ruche.bus.redis.RedisScene.get;
import static io.ruche.bus.redis.RedisScene.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ruche.bus.CommandSpec;
import io.ruche.bus.Job;
import io.ruche.bus.JobState;
import io.ruche.bus.Receipt;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.stream.StreamKeys;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobsIT {

  private static RedisScene scene;

  @BeforeAll
  static void start() throws Exception {
    scene = RedisScene.start();
  }

  @AfterAll
  static void stop() throws Exception {
    scene.close();
  }

  @BeforeEach
  void clear() throws Exception {
    scene.clear();
  }

  private static @Nullable Job find(String id) throws TimeoutException {
    return get(new Jobs(scene.link, SERVICE).find("koff", "n8n", "say", id));
  }

  private static Job job(String entry, JobState state, int attempts, String reason) {
    return new Job(new Receipt("a", stream(), entry), "say", state, attempts, reason, null);
  }

  @Test
  void knowsNoOthersCommand() throws Exception {
    scene.store(Samples.command("a", null, "{}"));
    assertNull(find("b"));
    Jobs jobs = new Jobs(scene.link, SERVICE);
    assertNull(get(jobs.find("azoth", "n8n", "say", "a")));
    assertNull(get(jobs.find("koff", "grafana", "say", "a")));
    assertNull(get(jobs.find("koff", "n8n", "tell", "a")));
    assertNull(get(new Jobs(scene.link, "other").find("koff", "n8n", "say", "a")));
  }

  @Test
  void isQueuedBeforeAnybodyReadsTheStream() throws Exception {
    String entry = scene.store(Samples.command("a", null, "{}"));
    assertEquals(job(entry, JobState.QUEUED, 0, ""), find("a"));
    get(scene.groups(SERVICE, "c1").ensure(List.of(stream())));
    assertEquals(job(entry, JobState.QUEUED, 0, ""), find("a"));
  }

  @Test
  void isRunningInSomebodysHandsAndQueuedBetweenAttempts() throws Exception {
    String entry = scene.store(Samples.command("a", null, "{}"));
    scene.read("c1", 1);
    assertEquals(job(entry, JobState.RUNNING, 1, ""), find("a"));
    scene.run(
        "work/retry.lua",
        List.of(stream(), KEYS.parked("say")),
        SERVICE,
        "c1",
        entry,
        1,
        60_000,
        "provider away",
        RedisScene.job("a"),
        1);
    assertEquals(job(entry, JobState.QUEUED, 1, "provider away"), find("a"));
  }

  @Test
  void hasItsResultByteByByte() throws Exception {
    String entry = scene.store(Samples.command("a", null, "{}"));
    Payload result = new Payload("image/png", Buffer.buffer(new byte[] {0, (byte) 0xFF, '\n'}));
    scene.finish("c1", scene.read("c1", 1).getFirst(), JobState.DONE, result);
    assertEquals(
        new Job(new Receipt("a", stream(), entry), "say", JobState.DONE, 1, "", result), find("a"));
  }

  @Test
  void tellsWhyItFailedOrExpired() throws Exception {
    for (JobState state : List.of(JobState.FAILED, JobState.EXPIRED)) {
      scene.clear();
      scene.store(Samples.command("a", null, "{}"));
      Payload error = Payload.json("{\"error\":{}}");
      scene.finish("c1", scene.read("c1", 1).getFirst(), state, error);
      Job job = find("a");
      assertEquals(state, job.state());
      assertEquals("because", job.reason());
      assertEquals(error, job.result());
    }
  }

  @Test
  void looksIntoThePartitionOfAnOrderedCommand() throws Exception {
    CommandSpec ordered = RedisScene.SAY.orderedByKey();
    get(
        scene
            .append(RedisScene.config(), ordered)
            .append("", List.of(Samples.command("a", "k", "{}"))));
    String partition = KEYS.partition("say", StreamKeys.partitionOf("k"));
    Job queued = find("a");
    assertEquals(JobState.QUEUED, queued.state());
    assertEquals(partition, queued.receipt().stream());
    scene.send(Command.XGROUP, "CREATE", partition, SERVICE, "0");
    scene.send(Command.XREADGROUP, "GROUP", SERVICE, "c1", "STREAMS", partition, ">");
    assertEquals(JobState.RUNNING, find("a").state());
  }
}
