package io.ruche.bus.redis;

import static io.ruche.bus.redis.RedisScene.KEYS;
import static io.ruche.bus.redis.RedisScene.get;
import static io.ruche.bus.redis.RedisScene.job;
import static io.ruche.bus.redis.RedisScene.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.CommandSpec;
import io.ruche.bus.JobState;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.DeadLetters.Letter;
import io.ruche.bus.redis.Replay.Selection;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Fields;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.bus.redis.work.Finisher.Verdict;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes again: the history and the dead letters. */
class ReplayIT {

  private static final Selection ALL = new Selection("say", null, null, null, null);

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

  private static long replay(Selection selection) throws TimeoutException {
    return get(new Replay(scene.link, KEYS).run(selection, seen -> {}));
  }

  private static Envelope of(String id, String client) {
    Envelope command = Samples.command(id, null, "{}");
    return new Envelope(
        id,
        command.source(),
        command.type(),
        null,
        command.time(),
        command.tenant(),
        client,
        null,
        null,
        null,
        null,
        null,
        null,
        command.topic(),
        command.payload());
  }

  private static List<String> done(String... ids) throws TimeoutException {
    List<String> entries = new ArrayList<>();
    for (String id : ids) {
      entries.add(scene.store(Samples.command(id, null, "{}")));
      scene.done("c1", scene.read("c1", 1).getFirst());
    }
    return entries;
  }

  private static List<String> readIds() throws TimeoutException {
    return scene.read("c1", 1_000).stream().map(d -> d.envelope().id()).toList();
  }

  @Test
  void runsADoneCommandAgain() throws Exception {
    done("a", "b");
    assertEquals(1, replay(new Selection("say", "a", null, null, null)));
    Response open = scene.send(Command.HMGET, job("a"), "state", "result", "digest");
    assertEquals(null, open.get(0));
    assertEquals(null, open.get(1));
    Delivery again = scene.read("c1", 10).getFirst();
    assertEquals(Samples.command("a", null, "{}"), again.envelope());
    assertEquals(1, again.count());
    assertEquals(Verdict.COMMITTED, scene.done("c1", again));
    assertEquals("done", scene.send(Command.HGET, job("a"), "state").toString());
    assertEquals(3, scene.length(KEYS.events()));
  }

  @Test
  void remembersARepeatedCommandForAWholeLifeAfterItsNewEnd() throws Exception {
    done("a");
    scene.send(Command.PEXPIRE, job("a"), 60_000);
    replay(ALL);
    assertEquals(-1, scene.send(Command.PTTL, job("a")).toLong());
    scene.done("c1", scene.read("c1", 1).getFirst());
    assertTrue(scene.send(Command.PTTL, job("a")).toLong() > 86_000_000);
  }

  @Test
  void ignoresTheLateResultOfTheDeliveryBefore() throws Exception {
    scene.store(Samples.command("a", null, "{}"));
    Delivery late = scene.read("c1", 1).getFirst();
    assertEquals(1, replay(ALL));
    Delivery fresh = scene.read("c1", 1).getFirst();
    assertEquals(Verdict.ENDED_BEFORE, scene.done("c1", late));
    assertEquals(null, scene.send(Command.HGET, job("a"), "state"));
    assertEquals(Verdict.COMMITTED, scene.done("c1", fresh));
    assertEquals(1, scene.length(KEYS.events()));
  }

  @Test
  void repeatsEachCommandOnceHoweverOftenItWasRepeatedBefore() throws Exception {
    done("a", "b", "c");
    for (int i = 0; i < 3; i++) {
      assertEquals(3, replay(ALL));
      assertEquals(List.of("a", "b", "c"), readIds());
    }
  }

  @Test
  void selectsByClientIdAndTime() throws Exception {
    scene.store(of("a", "n8n"));
    String second = scene.store(of("b", "grafana"));
    waitForTheNextMillisecond();
    String third = scene.store(of("c", "n8n"));
    waitForTheNextMillisecond();
    scene.store(of("d", "n8n"));
    readIds();
    assertEquals(1, replay(new Selection("say", null, "grafana", null, null)));
    assertEquals(List.of("b"), readIds());
    assertEquals(0, replay(new Selection("say", "b", "n8n", null, null)));
    assertEquals(1, replay(new Selection("say", null, null, moment(third), moment(third))));
    assertEquals(List.of("c"), readIds());
    assertEquals(1, replay(new Selection("say", null, "n8n", null, moment(second))));
    assertEquals(List.of("a"), readIds());
    assertEquals(0, replay(new Selection("say", null, null, Instant.now().plusSeconds(9), null)));
  }

  private static Instant moment(String entry) {
    return Instant.ofEpochMilli(Long.parseLong(entry.substring(0, entry.indexOf('-'))));
  }

  private static void waitForTheNextMillisecond() throws TimeoutException {
    long now = millis();
    while (millis() <= now) {
      Thread.onSpinWait();
    }
  }

  private static long millis() throws TimeoutException {
    Response time = scene.send(Command.TIME);
    return time.get(0).toLong() * 1_000 + time.get(1).toLong() / 1_000;
  }

  @Test
  void repeatsMoreThanOneBatchAndOnlyWhatWasThereAtTheBeginning() throws Exception {
    List<Envelope> commands = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      commands.add(Samples.command("a" + i, null, "{}"));
    }
    get(scene.append(RedisScene.config(), RedisScene.SAY).append("", commands));
    List<Long> progress = new ArrayList<>();
    assertEquals(1_200, get(new Replay(scene.link, KEYS).run(ALL, progress::add)));
    assertEquals(List.of(500L, 1_000L, 1_200L), progress);
    assertEquals(2_400, scene.length(stream()));
  }

  @Test
  void findsAnOrderedCommandInItsPartitions() throws Exception {
    CommandSpec ordered = RedisScene.SAY.orderedByKey();
    for (int i = 0; i < 20; i++) {
      get(
          scene
              .append(RedisScene.config(), ordered)
              .append("", List.of(Samples.command("a" + i, "k" + i, "{}"))));
    }
    assertEquals(20, replay(ALL));
    String partition = KEYS.partition("say", StreamKeys.partitionOf("k7"));
    assertFalse(scene.length(partition) == 0);
    assertEquals(1, replay(new Selection("say", "a7", null, null, null)));
  }

  @Test
  void publishesEventsAgainUnderTheirIds() throws Exception {
    done("a");
    assertEquals(1, replay(new Selection(null, null, null, null, null)));
    Response events = scene.send(Command.XRANGE, KEYS.events(), "-", "+");
    assertEquals(2, events.size());
    assertEquals(Fields.read(events.get(0).get(1)).id(), Fields.read(events.get(1).get(1)).id());
  }

  @Test
  void findsNothingWhereNothingIs() throws Exception {
    assertEquals(0, replay(ALL));
    assertEquals(0, replay(new Selection(null, null, null, null, null)));
    assertEquals(0, get(letters().replay("-", "+", 10)));
    assertEquals(List.of(), get(letters().list(10)));
  }

  private static DeadLetters letters() {
    return new DeadLetters(scene.link, KEYS);
  }

  private static Letter dead(String id) throws TimeoutException {
    scene.store(Samples.command(id, null, "{\"id\":\"" + id + "\"}"));
    scene.finish("c1", scene.read("c1", 1).getFirst(), JobState.FAILED, Payload.json("{}"));
    return get(letters().list(1)).getFirst();
  }

  @Test
  void bringsADeadLetterBackAsItWas() throws Exception {
    dead("a");
    Letter letter = dead("b");
    assertEquals(1, get(letters().replay(letter.entry(), letter.entry(), 1)));
    assertEquals(1, get(letters().count()));
    Delivery again = scene.read("c1", 10).getFirst();
    assertEquals(letter.envelope(), again.envelope());
    Response entry = scene.send(Command.XRANGE, stream(), again.entry(), again.entry()).get(0);
    for (Response field : entry.get(1)) {
      assertFalse(List.of("reason", "attempts", "stream", "entry").contains(field.toString()));
    }
    assertEquals(Verdict.COMMITTED, scene.done("c1", again));
    assertEquals("done", scene.send(Command.HGET, job("b"), "state").toString());
  }

  @Test
  void bringsThemBackInTheOrderOfTheirDeathsAndNoMoreThanAsked() throws Exception {
    dead("a");
    dead("b");
    dead("c");
    assertEquals(2, get(letters().replay("-", "+", 2)));
    assertEquals(List.of("a", "b"), readIds());
    assertEquals(1, get(letters().replay("-", "+", 2)));
    assertEquals(List.of("c"), readIds());
  }

  @Test
  void passesOverALetterWhoseOriginalIsGone() throws Exception {
    scene.send(
        Command.XADD,
        KEYS.deadLetters(),
        "*",
        "stream",
        stream(),
        "entry",
        "1-0",
        "reason",
        "x",
        "attempts",
        "1");
    dead("a");
    assertEquals(1, get(letters().replay("-", "+", 10)));
    assertEquals(List.of("a"), readIds());
    @Nullable Letter left = get(letters().list(10)).getFirst();
    assertEquals("x", left.reason());
  }

  private static Envelope expired(String id) {
    Envelope command = of(id, "n8n");
    return new Envelope(
        id,
        command.source(),
        command.type(),
        null,
        command.time(),
        command.tenant(),
        "n8n",
        null,
        null,
        null,
        null,
        Instant.parse("2020-01-01T00:00:00Z"),
        null,
        command.topic(),
        command.payload());
  }

  @Test
  void letsWhatIsAskedForByItsIdNotExpireAgain() throws Exception {
    scene.store(expired("x"));
    Delivery first = scene.read("c1", 1).getFirst();
    scene.finish("c1", first, JobState.EXPIRED, Payload.json("{}"));
    assertEquals(1, replay(ALL));
    Delivery bulk = scene.read("c1", 1).getFirst();
    assertEquals(expired("x"), bulk.envelope());
    scene.finish("c1", bulk, JobState.EXPIRED, Payload.json("{}"));
    assertEquals(1, replay(new Selection("say", "x", null, null, null)));
    assertEquals(of("x", "n8n"), scene.read("c1", 1).getFirst().envelope());
  }

  @Test
  void letsADeadLetterNotExpireAgain() throws Exception {
    scene.store(expired("x"));
    Delivery first = scene.read("c1", 1).getFirst();
    scene.finish("c1", first, JobState.FAILED, Payload.json("{}"));
    assertEquals(1, get(new DeadLetters(scene.link, KEYS).replay("-", "+", 10)));
    assertEquals(of("x", "n8n"), scene.read("c1", 1).getFirst().envelope());
  }

  @Test
  void dropsAllDeadLettersOrThoseOfOneCommand() throws Exception {
    DeadLetters letters = new DeadLetters(scene.link, KEYS);
    assertEquals(0, get(letters.sweep(null, true)));
    for (int i = 0; i < 450; i++) {
      scene.send(
          Command.XADD,
          KEYS.deadLetters(),
          "*",
          "id",
          "d" + i,
          "type",
          i % 3 == 0 ? "say" : "sing");
    }
    assertEquals(450, get(letters.sweep(null, false)));
    assertEquals(150, get(letters.sweep("say", false)));
    assertEquals(0, get(letters.sweep("shout", true)));
    assertEquals(450, get(letters.count()));
    assertEquals(150, get(letters.sweep("say", true)));
    assertEquals(300, get(letters.count()));
    assertEquals(300, get(letters.sweep(null, true)));
    assertEquals(0, get(letters.count()));
  }
}
