package io.ruche.bus.redis;

import static io.ruche.bus.redis.RedisScene.config;
import static io.ruche.bus.redis.RedisScene.get;
import static io.ruche.bus.redis.RedisScene.job;
import static io.ruche.bus.redis.RedisScene.stream;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.BusConfig;
import io.ruche.bus.Receipt;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.stream.StreamKeys;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AppendIT {

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

  private static List<Taken> append(BusConfig config, String epoch, List<Envelope> batch)
      throws TimeoutException {
    return get(scene.append(config, RedisScene.SAY).append(epoch, batch));
  }

  private static Taken append(Envelope command) throws TimeoutException {
    return append(config(), "", List.of(command)).getFirst();
  }

  private static List<Envelope> commands(String prefix, int count) {
    List<Envelope> commands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      commands.add(Samples.command(prefix + i, null, "{\"n\":" + i + "}"));
    }
    return commands;
  }

  private static Receipt receipt(Taken taken) {
    return assertInstanceOf(Taken.Stored.class, taken).receipt();
  }

  @Test
  void storesACommandOnceAndReceiptsItsRepetitionAlike() throws Exception {
    Taken.Stored first = assertInstanceOf(Taken.Stored.class, append(Samples.full()));
    Taken.Stored second = assertInstanceOf(Taken.Stored.class, append(Samples.full()));
    assertEquals(new Taken.Stored(first.receipt(), true), second);
    assertEquals(new Receipt("a-1", stream(), first.receipt().entry()), first.receipt());
    assertEquals(1, scene.length(stream()));
    assertEquals(Samples.full(), scene.read("c1", 10).getFirst().envelope());
  }

  @Test
  void writesForARepetitionToo() throws Exception {
    append(Samples.full());
    append(Samples.full());
    assertEquals("1", scene.send(Command.HGET, job("a-1"), "repeats").toString());
  }

  @Test
  void refusesAnotherBodyUnderTheSameId() throws Exception {
    Receipt first = receipt(append(Samples.command("a-1", null, "{\"a\":1}")));
    Taken other = append(Samples.command("a-1", null, "{\"a\":2}"));
    assertEquals(new Taken.Conflict(first), other);
    assertEquals(1, scene.length(stream()));
  }

  @Test
  void keepsTheOrderOfABatchAndTakesEachIdOnce() throws Exception {
    List<Envelope> batch = new ArrayList<>(commands("a", 50));
    batch.add(10, Samples.command("a3", null, "{\"n\":3}"));
    batch.add(20, Samples.command("a3", null, "{\"n\":4}"));
    List<Taken> taken = append(config(), "", batch);
    assertEquals(new Taken.Stored(receipt(taken.get(3)), true), taken.get(10));
    assertEquals(new Taken.Conflict(receipt(taken.get(3))), taken.get(20));
    List<String> ids = scene.read("c1", 100).stream().map(d -> d.envelope().id()).toList();
    assertEquals(commands("a", 50).stream().map(Envelope::id).toList(), ids);
  }

  @Test
  void refusesAPredecessorOfTheLeaseAndTakesNothingOfItsBatch() throws Exception {
    append(config(), "7", commands("a", 1));
    append(config(), "8", commands("b", 1));
    Throwable refused =
        assertThrows(Throwable.class, () -> append(config(), "7", commands("c", 2)));
    assertTrue(String.valueOf(refused.getMessage()).contains("FENCED"), refused.getMessage());
    append(config(), "8", commands("d", 1));
    append(config(), "", commands("e", 1));
    assertEquals(4, scene.length(stream()));
  }

  @Test
  void comparesEpochsAsNumbers() throws Exception {
    append(config(), "999", commands("a", 1));
    append(config(), "1700000000000", commands("b", 1));
    assertThrows(Throwable.class, () -> append(config(), "9", commands("c", 1)));
  }

  @Test
  void hasNoRoomAtItsBoundButStillKnowsWhatItHas() throws Exception {
    BusConfig small = config(1_000, 1_000_000, Duration.ofHours(1));
    append(small, "", commands("a", 998));
    List<Envelope> batch = new ArrayList<>(commands("b", 5));
    batch.add(Samples.command("a0", null, "{\"n\":0}"));
    List<Taken> taken = append(small, "", batch);
    assertInstanceOf(Taken.Stored.class, taken.get(1));
    assertEquals(
        List.of(new Taken.Full(), new Taken.Full(), new Taken.Full()), taken.subList(2, 5));
    assertTrue(assertInstanceOf(Taken.Stored.class, taken.get(5)).known());
    assertEquals(1_000, scene.length(stream()));
    assertEquals(0, scene.send(Command.EXISTS, job("b2")).toInteger());
  }

  @Test
  void hasNoRoomWhileEventsOrDeadLettersHaveNone() throws Exception {
    BusConfig small = config(1_000, 1_000_000, Duration.ofHours(1));
    for (String key : List.of(RedisScene.KEYS.events(), RedisScene.KEYS.deadLetters())) {
      scene.clear();
      for (int i = 0; i < 1_000; i++) {
        scene.link.send(
            io.vertx.redis.client.Request.cmd(Command.XADD).arg(key).arg("*").arg("a").arg("b"));
      }
      assertEquals(1_000, scene.length(key));
      assertEquals(List.of(new Taken.Full()), append(small, "", commands("a", 1)), key);
    }
  }

  @Test
  void forgetsTheOldestIdAtItsBound() throws Exception {
    BusConfig small = config(500_000, 1_000, Duration.ofHours(1));
    append(small, "", commands("a", 1_000));
    assertTrue(assertInstanceOf(Taken.Stored.class, append(commands("a", 1).get(0))).known());
    append(small, "", commands("b", 1));
    assertEquals(0, scene.send(Command.EXISTS, job("a0")).toInteger());
    assertEquals(1, scene.send(Command.EXISTS, job("a1")).toInteger());
    assertEquals(1_000, scene.send(Command.LLEN, RedisScene.KEYS.identities()).toInteger());
  }

  @Test
  void forgetsNoYoungCommandForTheOldPlaceOfItsId() throws Exception {
    BusConfig brief = config(500_000, 1_000, Duration.ofMillis(1));
    append(brief, "", commands("a", 1));
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> scene.send(Command.EXISTS, job("a0")).toInteger() == 0);
    BusConfig small = config(500_000, 1_000, Duration.ofHours(1));
    append(small, "", commands("a", 1));
    append(small, "", commands("b", 999));
    assertEquals(1_000, scene.send(Command.LLEN, RedisScene.KEYS.identities()).toInteger());
    assertEquals(1, scene.send(Command.EXISTS, job("a0")).toInteger());
    append(small, "", commands("c", 1));
    assertEquals(0, scene.send(Command.EXISTS, job("a0")).toInteger());
  }

  @Test
  void remembersAnIdForTheTimeThatIsConfigured() throws Exception {
    append(config(500_000, 1_000, Duration.ofHours(2)), "", commands("a", 1));
    long left = scene.send(Command.PTTL, job("a0")).toLong();
    assertTrue(left > 7_100_000 && left <= 7_200_000, Long.toString(left));
  }

  @Test
  void receiptsARepetitionUnderAnotherKeyWhereTheFirstOneIs() throws Exception {
    Append append = scene.append(config(), RedisScene.SAY.orderedByKey());
    Receipt first =
        receipt(get(append.append("", List.of(Samples.command("x", "k1", "{}")))).get(0));
    String other = "k2";
    for (int i = 3; StreamKeys.partitionOf(other) == StreamKeys.partitionOf("k1"); i++) {
      other = "k" + i;
    }
    Receipt second =
        receipt(get(append.append("", List.of(Samples.command("x", other, "{}")))).get(0));
    assertEquals(first, second);
    assertEquals(RedisScene.KEYS.partition("say", StreamKeys.partitionOf("k1")), first.stream());
    assertEquals(1, scene.length(first.stream()));
  }

  @Test
  void storesAnewWhatWasDeletedWithItsStreamBeforeItsEnd() throws Exception {
    Receipt first = receipt(append(Samples.full()));
    scene.send(Command.DEL, stream());
    Taken.Stored second = assertInstanceOf(Taken.Stored.class, append(Samples.full()));
    assertNotEquals(first.entry(), second.receipt().entry());
    assertEquals(1, scene.length(stream()));
  }

  @Test
  void listsTheTenant() throws Exception {
    append(Samples.full());
    assertEquals(1, scene.send(Command.SISMEMBER, StreamKeys.TENANTS, "koff").toInteger());
  }
}
