package io.ruche.bus.redis;

import static io.ruche.bus.redis.RedisScene.KEYS;
import static io.ruche.bus.redis.RedisScene.SERVICE;
import static io.ruche.bus.redis.RedisScene.get;
import static io.ruche.bus.redis.RedisScene.job;
import static io.ruche.bus.redis.RedisScene.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.JobState;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.DeadLetters.Letter;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Fields;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.bus.redis.work.Announcements;
import io.ruche.bus.redis.work.Ending;
import io.ruche.bus.redis.work.Finisher;
import io.ruche.bus.redis.work.Finisher.Verdict;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FinishIT {

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

  private static List<String> eventTypes() throws TimeoutException {
    List<String> types = new ArrayList<>();
    for (Response entry : scene.send(Command.XRANGE, KEYS.events(), "-", "+")) {
      types.add(Fields.read(entry.get(1)).type());
    }
    return types;
  }

  @Test
  void commitsResultEventsAndAcknowledgementTogether() throws Exception {
    scene.store(Samples.full());
    Delivery delivery = scene.read("c1", 1).getFirst();
    Payload result = new Payload("image/png", Buffer.buffer(new byte[] {0, (byte) 0xFF, '\r'}));
    assertEquals(Verdict.COMMITTED, scene.finish("c1", delivery, JobState.DONE, result));
    assertEquals(0, scene.pending(stream(), SERVICE));
    assertEquals(List.of("said", "say-result"), eventTypes());
    Response job =
        scene.send(Command.HMGET, job("a-1"), "state", "reason", "attempts", "type", "result");
    assertEquals("done", job.get(0).toString());
    assertEquals("", job.get(1).toString());
    assertEquals("1", job.get(2).toString());
    assertEquals("image/png", job.get(3).toString());
    assertEquals(result.data(), job.get(4).toBuffer());
    assertTrue(scene.send(Command.PTTL, job("a-1")).toLong() > 86_000_000);
  }

  @Test
  void refusesWhoHasLostTheDelivery() throws Exception {
    scene.store(Samples.full());
    Delivery delivery = scene.read("zombie", 1).getFirst();
    Delivery taken =
        get(scene.groups(SERVICE, "c2").takeFrom(stream(), "zombie", 10, List.of())).getFirst();
    assertEquals(Verdict.NOT_OURS, scene.done("zombie", delivery));
    assertEquals(List.of(), eventTypes());
    assertEquals(Verdict.COMMITTED, scene.done("c2", taken));
    assertEquals(List.of("said", "say-result"), eventTypes());
  }

  @Test
  void refusesTheResultOfAnEarlierAttempt() throws Exception {
    scene.store(Samples.full());
    Delivery first = scene.read("c1", 1).getFirst();
    Delivery second =
        get(scene.groups(SERVICE, "c1").takeFrom(stream(), "c1", 10, List.of())).getFirst();
    assertEquals(2, second.count());
    assertEquals(Verdict.NOT_OURS, scene.done("c1", first));
    assertEquals(Verdict.COMMITTED, scene.done("c1", second));
    assertEquals(Verdict.NOT_OURS, scene.done("c1", second));
    assertEquals(2, eventTypes().size());
  }

  @Test
  void publishesNothingAgainForACommandThatHadEnded() throws Exception {
    scene.store(Samples.full());
    scene.done("c1", scene.read("c1", 1).getFirst());
    scene.send(Command.XGROUP, "DESTROY", stream(), SERVICE);
    Delivery again = scene.read("c1", 1).getFirst();
    assertEquals(Verdict.ENDED_BEFORE, scene.done("c1", again));
    assertEquals(0, scene.pending(stream(), SERVICE));
    assertEquals(2, eventTypes().size());
  }

  @Test
  void refusesEveryoneWhileTheGroupIsLost() throws Exception {
    scene.store(Samples.full());
    Delivery delivery = scene.read("c1", 1).getFirst();
    scene.send(Command.XGROUP, "DESTROY", stream(), SERVICE);
    assertEquals(Verdict.NOT_OURS, scene.done("c1", delivery));
    scene.send(Command.DEL, stream());
    assertEquals(Verdict.NOT_OURS, scene.done("c1", delivery));
    assertEquals(List.of(), eventTypes());
  }

  @Test
  void putsTheOriginalBytesAmongTheDeadLetters() throws Exception {
    String entry = scene.store(Samples.full());
    Delivery delivery = scene.read("c1", 1).getFirst();
    Payload error = Announcements.error(JobState.FAILED, "because", null, delivery);
    assertEquals(Verdict.COMMITTED, scene.finish("c1", delivery, JobState.FAILED, error));
    DeadLetters letters = new DeadLetters(scene.link, KEYS);
    Letter letter = get(letters.list(10)).getFirst();
    assertEquals(new Letter(letter.entry(), stream(), "because", 1, Samples.full()), letter);
    assertEquals(List.of(letter), get(letters.show(letter.entry())));
    assertEquals(1, get(letters.count()));
    assertEquals(List.of("say-failed", "say-error"), eventTypes());
    assertEquals(
        entry,
        scene.send(Command.XRANGE, KEYS.deadLetters(), "-", "+").get(0).get(1).get(37).toString());
    assertTrue(get(letters.drop(letter.entry())));
    assertEquals(false, get(letters.drop(letter.entry())));
  }

  @Test
  void putsNoDoneOrExpiredCommandThere() throws Exception {
    scene.store(Samples.full());
    Delivery delivery = scene.read("c1", 1).getFirst();
    scene.finish("c1", delivery, JobState.EXPIRED, Payload.json("{}"));
    assertEquals(0, scene.length(KEYS.deadLetters()));
    assertEquals(List.of("command-expired", "say-error"), eventTypes());
  }

  @Test
  void endsACommandWhoseIdIsForgotten() throws Exception {
    scene.store(Samples.full());
    Delivery delivery = scene.read("c1", 1).getFirst();
    scene.send(Command.DEL, job("a-1"));
    assertEquals(Verdict.COMMITTED, scene.done("c1", delivery));
    assertEquals(0, scene.send(Command.EXISTS, job("a-1")).toInteger());
    assertEquals(2, eventTypes().size());
  }

  @Test
  void judgesEachOfABatchByItself() throws Exception {
    for (String id : List.of("a", "b", "c")) {
      scene.store(Samples.command(id, null, "{}"));
    }
    List<Delivery> deliveries = scene.read("c1", 3);
    get(scene.groups(SERVICE, "c2").takeFrom(stream(), "c1", 1, List.of()));
    Finisher finisher =
        new Finisher(scene.link, new Replicas(scene.link, 0), SERVICE, "c1", RedisScene.config());
    List<io.vertx.core.Future<Verdict>> verdicts = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      verdicts.add(
          finisher.commit(new Ending(delivery, JobState.DONE, "", Payload.json("{}"), List.of())));
    }
    assertEquals(Verdict.NOT_OURS, get(verdicts.get(0)));
    assertEquals(Verdict.COMMITTED, get(verdicts.get(1)));
    assertEquals(Verdict.COMMITTED, get(verdicts.get(2)));
  }
}
